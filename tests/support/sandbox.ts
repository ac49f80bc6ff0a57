import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { promisify } from "node:util";
import { type Context, createContext, runInContext } from "node:vm";

const execute = promisify(execFile);

/** A module with all that it imports, as a script; what it exports is lost. Needs Deno. */
export async function scriptOf(entry: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "edgeprom-script-"));
  try {
    const file = join(folder, "script.js");
    const flags = ["--quiet", "--format=iife", "--platform=browser", "--output", file];
    await execute(process.execPath, ["bundle", ...flags, entry]);
    return await readFile(file, "utf8");
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Names of what ECMAScript itself makes global, and of what every engine adds to it. */
export const ecmaScriptNames: ReadonlySet<string> = new Set(
  runInContext("Object.getOwnPropertyNames(globalThis)", createContext({})),
);

/**
 * Runs a script with nothing but ECMAScript and these globals, and returns the globals after it.
 */
export function runBare(script: string, globals: object): Context {
  const context = createContext(globals);
  runInContext(script, context, { filename: "script.js" });
  return context;
}
