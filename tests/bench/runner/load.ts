import { join } from "node:path";
import process from "node:process";
import { run } from "../../runner/command.ts";
import { answering } from "../../support/network.ts";
import { type Running, start } from "../../support/process.ts";
import { type ContenderName, contenderNames, type MeasuredName } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { type Encoding, prometheus } from "../measure/prometheus_request.ts";
import type { Serving } from "../suites/http.ts";
import type { Task } from "../worker.ts";
import type { Runtime } from "./runtimes.ts";
import type { Plan } from "./work.ts";

/** A server, and the operations in which its rate is a result. */
interface Subject {
  readonly contender: MeasuredName;
  readonly serving: Serving;
  readonly operations: readonly string[];
  /** How many requests there are at a time. */
  readonly connections: number;
}

const scrapes = "HTTP scrapes, 37 metrics";
const servers = ["app", "own server"] as const;
const encodings = ["identity", "gzip"] as const;
const share = 0.1;

function nameOf(by: string, encoding: Encoding, isChanged = true): string {
  const suffixes = [by, ...encoding === "gzip" ? ["gzip"] : [], ...isChanged ? [] : ["unchanged"]];
  return [scrapes, ...suffixes].join(", ");
}

/**
 * Requests at a time, so that each gets a page of its own. While a page is compressed, scrapes side
 * by side would share it; others keep a server busy.
 */
const connections = { identity: 16, gzip: 1 } as const;

/** All libraries by the same server; then edgeprom as its users have it, beside a ready body. */
const subjects: readonly Subject[] = [
  ...contenderNames.map((contender) => ({
    contender,
    serving: { by: "library", share, encoding: "identity" } as const,
    operations: [scrapes],
    connections: connections.identity,
  })),
  ...servers.flatMap((by) =>
    encodings.flatMap((encoding) => [
      ...[share, 0].map((share) => ({
        contender: "edgeprom" as const,
        serving: { by, share, encoding },
        operations: [nameOf(by, encoding, share > 0)],
        connections: connections[encoding],
      })),
      {
        contender: "ready body" as const,
        serving: {
          by: by === "app" ? "ready body by adapter" : "ready body",
          share: 0,
          encoding,
        } as const,
        operations: [nameOf(by, encoding), nameOf(by, encoding, false)],
        connections: connections[encoding],
      },
    ])
  ),
];

interface Server {
  readonly running: Running;
  readonly url: string;
}

/**
 * Scrapes a second, of requests as Prometheus sends them. All servers are up from the start and
 * loaded in turns; the one under load has a core for itself, and the load generator another, if the
 * system can bind processes to cores.
 */
export async function load(runtime: Runtime, folder: string, plan: Plan): Promise<Measurement[]> {
  const isWanted = (operation: string) => new RegExp(plan.only).test(operation);
  const wanted = subjects.filter(({ operations }) => operations.some(isWanted));
  if (wanted.length === 0) return [];
  if (!await exists("wrk")) {
    console.log("HTTP scrapes: skipped, wrk is not installed");
    return [];
  }
  const bound = await exists("taskset") ? (core: number) => ["taskset", "-c", `${core}`] : () => [];
  const up: Server[] = [];
  // Each server is ended with this process.
  process.setMaxListeners(wanted.length + process.getMaxListeners());
  try {
    for (const { contender, serving, connections } of wanted) {
      const task: Task = {
        suite: "serve",
        contender: contender as ContenderName,
        serving,
        runtime: runtime.name,
        ...plan,
      };
      const script = [...runtime.flags, join(folder, "worker.mjs"), JSON.stringify(task)];
      const [executable, ...args] = [...bound(0), runtime.executable, ...script];
      const running = start(executable, args);
      const [, port] = await running.matching(/port (\d+)/);
      const url = `http://127.0.0.1:${port}/metrics`;
      up.push({ running, url });
      await (await answering(url)).arrayBuffer();
      if (serving.share > 0) await checkPages(url, serving, connections);
    }
    const rates = await inTurns(wanted, up, plan, bound(1));
    return wanted.flatMap(({ contender, operations }, at) =>
      operations.filter(isWanted).map((name) =>
        measurement({ name, unit: "1/s" }, runtime.name, contender, rates[at])
      )
    );
  } finally {
    for (const { running } of up) await running.stop("SIGKILL");
  }
}

/** Says so if requests at the same time do not get a page each: the rate would be of copies. */
async function checkPages(
  url: string,
  { by, encoding }: Serving,
  connections: number,
): Promise<void> {
  const headers = prometheus(encoding);
  const page = async () => (await fetch(url, { headers })).text();
  const pages = new Set<string>();
  const requests = 20 * connections;
  for (let sent = 0; sent < requests; sent += connections) {
    const together = Array.from({ length: connections }, page);
    for (const text of await Promise.all(together)) pages.add(text);
  }
  if (pages.size < 0.9 * requests) {
    console.log(`${scrapes}, ${by}, ${encoding}: ${requests} scrapes got only ${pages.size} pages`);
  }
}

async function inTurns(
  subjects: readonly Subject[],
  servers: readonly Server[],
  { rounds, milliseconds }: Plan,
  bound: readonly string[],
): Promise<number[][]> {
  const rates = servers.map((): number[] => []);
  const seconds = Math.max(1, Math.round(milliseconds / 25));
  for (let round = -1; round < rounds; round++) {
    for (const [at, { url }] of servers.entries()) {
      const { serving: { encoding }, connections } = subjects[at];
      const headers = Object.entries(prometheus(encoding))
        .flatMap(([name, value]) => ["-H", `${name}: ${value}`]);
      const args = ["-t1", `-c${connections}`, `-d${seconds}s`, ...headers, url];
      const [executable, ...rest] = [...bound, "wrk", ...args];
      const { output } = await run(executable, rest);
      const rate = Number(output.match(/Requests\/sec:\s*([\d.]+)/)?.[1]);
      if (/Non-2xx/.test(output)) throw new Error(`not all scrapes succeed: ${output}`);
      // The first time warms up.
      if (round >= 0) rates[at].push(rate);
    }
  }
  return rates;
}

async function exists(command: string): Promise<boolean> {
  return (await run("which", [command])).success;
}
