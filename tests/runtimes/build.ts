import { execFile } from "node:child_process";
import { basename, join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** What a bundle is for: a runtime that has Node's modules, or one that has only the web's. */
export type Target = "deno" | "browser";

/**
 * Makes one plain ECMAScript module of an entry and all that it imports; needs Deno.
 *
 * @param more Flags for Deno, such as where to find imports.
 */
export async function build(
  entry: string,
  target: Target,
  folder: string,
  more: readonly string[] = [],
): Promise<string> {
  const bundle = join(folder, basename(entry).replace(/ts$/, "mjs"));
  const flags = ["--quiet", `--platform=${target}`, "--output", bundle, ...more];
  await execute(process.execPath, ["bundle", ...flags, entry]);
  return bundle;
}
