import { globSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { deno } from "./command.ts";

/** Test files as plain ECMAScript modules with all they import inside, for Node and Bun. */
export interface Bundle {
  readonly files: readonly string[];
  remove(): Promise<void>;
}

export async function bundle(
  sources: readonly string[],
  assertFlags: readonly string[],
): Promise<Bundle> {
  await mkdir(".out", { recursive: true });
  const folder = await mkdtemp(".out/unit-");
  const remove = () => rm(folder, { recursive: true });

  const flags = ["--quiet", "--platform=deno", "--outdir", folder, ...assertFlags];
  const { success, output } = await deno(["bundle", ...flags, ...sources]);
  const files = globSync("**/*.js", { cwd: folder }).map((file) => join(folder, file));
  if (!success || files.length !== sources.length) {
    await remove();
    throw new Error(`${files.length} of ${sources.length} files bundled\n${output}`);
  }

  // Without a package.json beside it, Node 20 takes only an .mjs for a module.
  const modules = files.map((file) => file.replace(/js$/, "mjs"));
  await Promise.all(files.map((file, index) => rename(file, modules[index])));
  return { files: modules, remove };
}
