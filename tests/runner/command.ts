import { spawnSync } from "node:child_process";
import process from "node:process";
import { stripVTControlCharacters } from "node:util";
import { type Running, start } from "../support/process.ts";

/** What a command left behind. */
export interface Finished {
  readonly success: boolean;
  readonly output: string;
}

const environment = { RUST_BACKTRACE: "0", DENO_NO_UPDATE_CHECK: "1" };
const running = new Set<Running>();

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.on(signal, async () => {
    await Promise.all([...running].map((command) => command.stop("SIGKILL")));
    process.exit(1);
  });
}

/**
 * Runs a command to its end, or for so many seconds. It leads a process group of its own, so that one
 * that hangs is ended together with all that it started.
 */
export async function run(
  executable: string,
  args: readonly string[],
  seconds = 600,
): Promise<Finished> {
  const command = start(executable, args, { env: environment, group: true });
  running.add(command);
  let timedOut = "";
  const deadline = setTimeout(() => {
    timedOut = ["", `not finished after ${seconds} s`, ...commandsOf(command.pid)].join("\n");
    command.stop("SIGKILL");
  }, seconds * 1000);
  const { code } = await command.exit;
  clearTimeout(deadline);
  running.delete(command);
  return { success: code === 0, output: stripVTControlCharacters(command.output() + timedOut) };
}

/** How the command lines of a group of processes end: with the file that hangs, on Node. */
function commandsOf(group: number): string[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pgid=,args="], { encoding: "utf8" });
  const lines = (stdout ?? "").split("\n").filter((line) => parseInt(line) === group);
  return lines.map((line) => `still running: … ${line.slice(-100)}`);
}

/** Runs the Deno that runs this. */
export function deno(args: readonly string[], seconds?: number): Promise<Finished> {
  return run(process.execPath, args, seconds);
}
