import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** A version of a package as it lies in the registry. */
export interface Publication {
  readonly scope: string;
  readonly name: string;
  readonly version: string;
  /** The published files, specifiers of their imports complete. */
  readonly folder: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly files: Readonly<Record<string, PublishedFile>>;
  /** The same for npm: plain ECMAScript with declarations. */
  readonly tarball: Uint8Array;
  /** The `package.json` in the tarball. */
  readonly manifest: Readonly<Record<string, unknown>>;
}

export interface PublishedFile {
  readonly size: number;
  readonly checksum: string;
}

interface Configuration {
  readonly exports: Readonly<Record<string, string>>;
}

export type Coordinates = Pick<Publication, "scope" | "name" | "version">;

/** Takes in the archive that `deno publish` sends. */
export async function receive(
  coordinates: Coordinates,
  archive: Uint8Array,
  shelf: string,
): Promise<Publication> {
  const { scope, name, version } = coordinates;
  const folder = join(shelf, `${scope}__${name}-${version}`);
  await unpack(archive, folder);
  const configuration: Configuration = JSON.parse(
    await readFile(join(folder, "deno.json"), "utf8"),
  );
  const tarball = await pack(coordinates, folder, configuration);
  const { stdout } = await execute("tar", ["-xzOf", tarball, "package/package.json"]);
  return {
    ...coordinates,
    folder,
    exports: configuration.exports,
    files: checksums(folder),
    tarball: await readFile(tarball),
    manifest: JSON.parse(stdout),
  };
}

async function unpack(archive: Uint8Array, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}.tar.gz`, archive);
  await execute("tar", ["-xzf", `${folder}.tar.gz`, "-C", folder]);
}

/** Packs for npm what was published for JSR, under the name that it has there. */
async function pack(
  { scope, name }: Coordinates,
  folder: string,
  configuration: Configuration,
): Promise<string> {
  const [original, renamed] = [join(folder, "deno.json"), join(folder, "deno.json.original")];
  await rename(original, renamed);
  await writeFile(original, JSON.stringify({ ...configuration, name: `@jsr/${scope}__${name}` }));
  const tarball = `${folder}.tgz`;
  await execute(process.execPath, ["pack", "--quiet", "--output", tarball], { cwd: folder });
  await rm(original);
  await rename(renamed, original);
  return tarball;
}

function checksums(folder: string): Record<string, PublishedFile> {
  const paths = globSync("**/*", { cwd: folder })
    .filter((path) => statSync(join(folder, path)).isFile());
  return Object.fromEntries(paths.map((path) => {
    const bytes = readFileSync(join(folder, path));
    const checksum = `sha256-${createHash("sha256").update(bytes).digest("hex")}`;
    return [`/${path}`, { size: bytes.length, checksum }];
  }));
}
