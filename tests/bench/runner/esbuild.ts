import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../runner/command.ts";

/** How a user has a program: minified with all that it imports, or beside its packages. */
export type Form = "bundled" | "unbundled";

/** What esbuild puts in front of packages that call `require()` for modules of Node. */
const banner = 'import { createRequire } from "node:module"; ' +
  "const require = createRequire(import.meta.url);";

/**
 * Makes a module of a source that imports packages of a folder.
 *
 * @returns Its path.
 */
export async function bundle(
  folder: string,
  name: string,
  source: string,
  form: Form = "bundled",
  more: readonly string[] = [],
): Promise<string> {
  const entry = join(folder, `${name}.entry.ts`);
  const outfile = join(folder, `${name}.${form}.mjs`);
  writeFileSync(entry, source);
  const flags = form === "bundled" ? ["--minify"] : ["--packages=external"];
  const esbuild = join(folder, "node_modules/.bin/esbuild");
  const { success, output } = await run(esbuild, [
    entry,
    "--bundle",
    "--platform=node",
    "--format=esm",
    `--outfile=${outfile}`,
    ...flags,
    ...more,
  ]);
  if (!success) throw new Error(`${name}: ${output}`);
  return outfile;
}

/** Gives a bundle a `require()` if it needs one. */
export function withRequire(file: string): string {
  const code = readFileSync(file, "utf8");
  if (code.includes('Dynamic require of "')) writeFileSync(file, `${banner}\n${code}`);
  return file;
}
