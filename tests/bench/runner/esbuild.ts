import { readFileSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
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

/** Gives a bundle a `require()` if it needs one, as esbuild's own throws for modules of Node. */
export function withRequire(file: string): string {
  return prefixed(file, () => [
    'import { createRequire } from "node:module";',
    "const require = createRequire(import.meta.url);",
  ]);
}

/** The same for a Worker, which can only import them. */
export function withImports(file: string): string {
  return prefixed(file, (code) => {
    const required = code.matchAll(/\("(?:node:)?([\w/]+)"\)/g);
    const names = [...new Set(Array.from(required, ([, name]) => name))]
      .filter((name) => builtinModules.includes(name));
    const known = names.map((name, at) => `${JSON.stringify(name)}: module${at}`);
    return [
      ...names.map((name, at) => `import module${at} from "node:${name}";`),
      `const modules = { ${known} };`,
      'const require = (name) => modules[name.replace("node:", "")];',
    ];
  });
}

function prefixed(file: string, linesFor: (code: string) => readonly string[]): string {
  const code = readFileSync(file, "utf8");
  if (!code.includes('Dynamic require of "')) return file;
  writeFileSync(file, `${linesFor(code).join("\n")}\n${code}`);
  return file;
}
