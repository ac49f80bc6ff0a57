import { spawn } from "node:child_process";
import process from "node:process";
import { until } from "./until.ts";

/** How long a process may take to end, on a machine that is busy. */
const patienceSeconds = 20;

/** How a process ended: with a code, or by a signal. */
export interface Exit {
  readonly code: number | null;
  readonly signal: string | null;
}

/** A process that was started and can be watched and stopped. */
export interface Running {
  readonly pid: number;
  readonly exit: Promise<Exit>;
  /** What it has written so far to stdout and stderr, in the order of arrival. */
  output(): string;
  /** Waits until the output matches; an error if the process ends before. */
  matching(pattern: RegExp): Promise<RegExpMatchArray>;
  /** Sends the signal, and SIGKILL if the process still runs so many seconds later. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** The folder to run in; this process' own by default. */
  readonly cwd?: string;
  /** Makes it the leader of a process group of its own, which `stop` then ends as a whole. */
  readonly group?: boolean;
}

/**
 * Starts an executable by its path or name. Never pass a launcher such as npx: stopping that leaves
 * the server which it launched running.
 */
export function start(
  executable: string,
  args: readonly string[],
  { env = {}, cwd, group = false }: StartOptions = {},
): Running {
  const child = spawn(executable, args, {
    env: { ...process.env, NO_COLOR: "1", ...env },
    cwd,
    stdio: ["ignore", "pipe", "pipe"],
    detached: group,
  });

  let output = "";
  const append = (text: string) => output += text;
  child.stdout.setEncoding("utf8").on("data", append);
  child.stderr.setEncoding("utf8").on("data", append);

  let ended = false;
  const exit = new Promise<Exit>((resolve) => {
    child.on("close", (code, signal) => resolve({ code, signal }));
    child.on("error", (error) => {
      append(error.message);
      resolve({ code: null, signal: null });
    });
  }).finally(() => {
    ended = true;
    process.off("exit", kill);
  });

  const send = (signal: NodeJS.Signals) => {
    // Not child.kill(): after that, Deno gives the signal as the end even where there was a code.
    if (!ended && child.pid) process.kill(group ? -child.pid : child.pid, signal);
  };
  const kill = () => send("SIGKILL");
  process.on("exit", kill);

  return {
    pid: child.pid ?? 0,
    exit,
    output: () => output,
    matching: async (pattern) => {
      await until(() => ended || pattern.test(output));
      const match = output.match(pattern);
      if (!match) {
        throw new Error(`${executable} ended before ${pattern} in its output:\n${output}`);
      }
      return match;
    },
    stop: async (signal = "SIGTERM") => {
      send(signal);
      const patience = setTimeout(kill, patienceSeconds * 1000);
      return await exit.finally(() => clearTimeout(patience));
    },
  };
}
