import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../../runner/command.ts";

/** How a user has a program: minified with all that it imports, or beside its packages. */
export type Form = "bundled" | "unbundled";

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

/**
 * Gives a bundle a `require()` if it needs one, as esbuild's own throws for modules of Node.
 *
 * @param from The path from which modules are looked for; that of the bundle by default.
 */
export function withRequire(file: string, from?: string): string {
  const code = readFileSync(file, "utf8");
  if (!code.includes('Dynamic require of "')) return file;
  const place = from === undefined ? "import.meta.url" : JSON.stringify(from);
  const lines = [
    'import { createRequire } from "node:module";',
    `const require = createRequire(${place});`,
  ];
  writeFileSync(file, `${lines.join("\n")}\n${code}`);
  return file;
}
