import { join } from "node:path";
import { run } from "../../runner/command.ts";
import { answering } from "../../support/network.ts";
import { type Running, start } from "../../support/process.ts";
import { type ContenderName, contenderNames } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import type { Task } from "../worker.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

const same = "HTTP scrapes, 37 metrics";
const own = "HTTP scrapes, 37 metrics, own server";

interface Server {
  readonly contender: ContenderName;
  readonly operation: string;
  readonly running: Running;
  readonly url: string;
}

/**
 * Scrapes a second. All servers are up from the start and loaded in turns; the one under load has a
 * core for itself, and the load generator another, if the system can bind processes to cores.
 */
export async function load(runtime: Runtime, folder: string, plan: Plan): Promise<Measurement[]> {
  const wanted = [same, own].filter((operation) => new RegExp(plan.only).test(operation));
  if (wanted.length === 0) return [];
  if (!await exists("wrk")) {
    console.log("HTTP scrapes: skipped, wrk is not installed");
    return [];
  }
  const bound = await exists("taskset") ? (core: number) => ["taskset", "-c", `${core}`] : () => [];
  const servers: Server[] = [];
  try {
    for (const operation of wanted) {
      for (const contender of operation === own ? ["edgeprom" as const] : contenderNames) {
        const suite = operation === own ? "serve own" : "serve";
        const task: Task = { suite, contender, runtime: runtime.name, ...plan };
        const script = [...runtime.flags, join(folder, "worker.mjs"), JSON.stringify(task)];
        const [executable, ...args] = [...bound(0), runtime.executable, ...script];
        const running = start(executable, args);
        const [, port] = await running.matching(/port (\d+)/);
        const url = `http://127.0.0.1:${port}/metrics`;
        servers.push({ contender, operation, running, url });
        await answering(url);
      }
    }
    return await inTurns(servers, runtime.name, plan, bound(1));
  } finally {
    for (const { running } of servers) await running.stop("SIGKILL");
  }
}

async function inTurns(
  servers: readonly Server[],
  runtime: string,
  { rounds, milliseconds }: Plan,
  bound: readonly string[],
): Promise<Measurement[]> {
  const runs = servers.map((): number[] => []);
  const seconds = Math.max(1, Math.round(milliseconds / 25));
  for (let round = -1; round < rounds; round++) {
    for (const [at, { url }] of servers.entries()) {
      const args = ["-t1", "-c16", `-d${seconds}s`, url];
      const [executable, ...rest] = [...bound, "wrk", ...args];
      const { output } = await run(executable, rest);
      const rate = Number(output.match(/Requests\/sec:\s*([\d.]+)/)?.[1]);
      // The first time warms up.
      if (round >= 0) runs[at].push(rate);
    }
  }
  return servers.map(({ operation, contender }, at) =>
    measurement({ name: operation, unit: "1/s" }, runtime, contender, runs[at])
  );
}

async function exists(command: string): Promise<boolean> {
  return (await run("which", [command])).success;
}
