import { existsSync, readFileSync } from "node:fs";
import { copyFile, mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { deno, run } from "../../runner/command.ts";
import { packagesFor } from "./packages.ts";

const home = ".out/bench";
const sources = [
  "worker",
  "import_time",
  "cold/cold_start",
  "parallel/member",
  "parallel/short_lived",
  "suites/client_loops",
  "suites/recording_loops",
  "suites/shared_recording_loops",
];

/**
 * Makes folders in which every contender lies in `node_modules`, edgeprom as the npm package that
 * it is for users of Node: nobody is bundled, and nobody is measured from its sources.
 *
 * @returns The folder for a runtime.
 */
export async function stage(runtimes: readonly string[]): Promise<(runtime: string) => string> {
  await mkdir(home, { recursive: true });
  const bundled = ["--quiet", "--platform=deno", "--outdir", home];
  await succeed(deno(["bundle", ...bundled, ...sources.map((name) => `tests/bench/${name}.ts`)]));
  const tarball = resolve(home, "edgeprom.tgz");
  await succeed(deno(["pack", "--quiet", "--allow-dirty", "--no-source-maps", "-o", tarball]));
  const folderOf = (runtime: string) => resolve(home, runtime === "node20" ? "node20" : "newer");
  for (const runtime of runtimes) await furnish(folderOf(runtime), runtime, tarball);
  return folderOf;
}

async function furnish(folder: string, runtime: string, tarball: string): Promise<void> {
  const modules = join(folder, "node_modules");
  const library = join(modules, "@edgeprom/edgeprom");
  const unpacked = join(home, "package");
  await rm(unpacked, { recursive: true, force: true });
  await succeed(run("tar", ["-xzf", tarball, "-C", home]));
  const { dependencies } = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const description = JSON.stringify({
    private: true,
    type: "module",
    dependencies: { ...dependencies, ...packagesFor(runtime) },
  });
  const file = join(folder, "package.json");
  if (!existsSync(modules) || readFileSync(file, "utf8") !== description) {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await writeFile(file, description);
    await succeed(run("npm", ["install", "--no-audit", "--no-fund", "--prefix", folder]));
  }
  await rm(library, { recursive: true, force: true });
  await mkdir(library, { recursive: true });
  await succeed(run("tar", ["-xzf", tarball, "-C", library, "--strip-components=1"]));
  for (const source of sources) {
    const name = source.split("/").at(-1);
    const nested = existsSync(join(home, `${source}.js`)) ? source : name;
    await copyFile(join(home, `${nested}.js`), join(folder, `${name}.mjs`));
  }
}

async function succeed(finished: ReturnType<typeof run>): Promise<void> {
  const { success, output } = await finished;
  if (!success) throw new Error(output);
}
