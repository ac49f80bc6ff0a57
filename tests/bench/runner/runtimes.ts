import process from "node:process";
import { run } from "../../runner/command.ts";
import { runtimes as others } from "../../runner/runtimes.ts";

/** A runtime to measure on. */
export interface Runtime {
  readonly name: string;
  readonly version: string;
  readonly executable: string;
  /** What comes before a script, with the garbage collector exposed. */
  readonly flags: readonly string[];
}

/** Bun would fetch what it does not find; everything is there. */
const flags: Readonly<Record<string, readonly string[]>> = {
  deno: ["run", "-A", "--quiet", "--no-lock", "--v8-flags=--expose-gc"],
  bun: ["--no-install"],
  node20: ["--expose-gc"],
  node24: ["--expose-gc"],
};

/** Every runtime that is here or can be had, by the path of its real executable. */
export async function findRuntimes(only: string | undefined): Promise<Runtime[]> {
  const found: Runtime[] = [];
  const add = async (name: string, executable: string) => {
    const { output } = await run(executable, ["--version"]);
    const version = output.match(/\d+\.\d+\.\d+/)?.[0] ?? "?";
    found.push({ name, executable, version, flags: flags[name] });
  };
  if ((only ?? "deno") === "deno") await add("deno", process.execPath);
  for (const other of others.filter(({ name }) => (only ?? name) === name)) {
    const place = await other.find();
    if ("reason" in place) console.log(`${other.name}: skipped, ${place.reason}`);
    else await add(other.name, place.executable);
  }
  return found;
}
