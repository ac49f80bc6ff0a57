import { resolve } from "node:path";
import { build } from "../../runtimes/build.ts";
import { configure } from "../../runtimes/workerd.ts";
import { matrix } from "../../runner/runtimes.ts";
import { freePort } from "../../support/network.ts";
import { start } from "../../support/process.ts";
import type { ContenderName } from "../contenders/library.ts";
import { type Measurement, measurement } from "../measure/operation.ts";
import { entryOfScrape } from "./cold.ts";
import { bundle, withImports } from "./esbuild.ts";
import type { Plan } from "./work.ts";

/** A Worker, and the operation that it is a contender in. */
interface Subject {
  readonly contender: ContenderName;
  readonly operation: string;
  /** Makes its module. */
  readonly build: (folder: string) => Promise<string>;
}

const whole = "start of workerd to first page, 37 metrics, whole app";
const small = "start of workerd to first page, 3 metrics";
const bare = (folder: string) => build("tests/bench/bare_worker.ts", "browser", folder);

/**
 * The whole app, Hono included, and `scrape()` alone; peers with as thin a handler; and a Worker
 * without anything. The official client does not load there.
 */
const subjects: readonly Subject[] = [
  {
    contender: "edgeprom",
    operation: whole,
    build: (folder) => build("tests/runtimes/apps/handler.ts", "browser", folder),
  },
  { contender: "floor", operation: whole, build: bare },
  {
    contender: "edgeprom",
    operation: small,
    build: (folder) =>
      bundle(
        folder,
        "worker_edgeprom",
        `import { MetricsRegistry } from "@edgeprom/edgeprom/core";
import { scrape } from "${entryOfScrape(folder)}";
import { instrumentsOf } from ${here("contenders/edgeprom.ts")};
import { threeMetrics } from ${here("cold/populations.ts")};
const registry = new MetricsRegistry();
threeMetrics(instrumentsOf(registry));
export default { fetch: (request: Request) => scrape(request, registry) };`,
      ),
  },
  ...(["prom-client", "@platformatic/prom-client"] as const).map((contender) => ({
    contender,
    operation: small,
    build: async (folder: string) =>
      withImports(
        await bundle(
          folder,
          `worker_${contender.replaceAll(/\W/g, "_")}`,
          `import { Counter, Gauge, Histogram, Registry } from "${contender}";
import { instrumentsOf } from ${here("contenders/prometheus_client.ts")};
import { threeMetrics } from ${here("cold/populations.ts")};
const registry = new Registry();
threeMetrics(instrumentsOf({ Counter, Gauge, Histogram, Registry }, registry));
const headers = { "Content-Type": registry.contentType };
export default { fetch: async () => new Response(await registry.metrics(), { headers }) };`,
        ),
      ),
  })),
  { contender: "floor", operation: small, build: bare },
];

function here(file: string): string {
  return JSON.stringify(resolve("tests/bench", file));
}

/**
 * The time from the start of Cloudflare's runtime until a Worker has answered, seen from outside: its
 * own clock stands still while it computes.
 */
export async function workerStarts(folder: string, { rounds, only }: Plan): Promise<Measurement[]> {
  const found = await matrix.find(({ serves }) => serves === "workerd")?.find();
  const wanted = subjects.filter(({ operation }) => new RegExp(only).test(operation));
  if (wanted.length === 0 || found === undefined) return [];
  if ("reason" in found) {
    console.log(`workerd: skipped, ${found.reason}`);
    return [];
  }
  const runs = wanted.map((): number[] => []);
  const modules = await Promise.all(wanted.map(({ build }) => build(folder)));
  for (let round = -1; round < rounds * 2 + 1; round++) {
    for (const [at, module] of modules.entries()) {
      const time = await firstPage(found.executable, module);
      // The first time fills the file system's cache.
      if (round >= 0) runs[at].push(time);
    }
  }
  return wanted.map(({ contender, operation: name }, at) =>
    measurement({ name, unit: "ms" }, "workerd", contender, runs[at])
  );
}

async function firstPage(executable: string, module: string): Promise<number> {
  const port = await freePort();
  const config = await configure(module);
  const args = ["serve", config, "--socket-addr", `http=127.0.0.1:${port}`];
  const begin = performance.now();
  const running = start(executable, args);
  let isRunning = true;
  running.exit.then(() => isRunning = false);
  try {
    while (isRunning) {
      if (await isAnswered(`http://127.0.0.1:${port}/metrics`)) return performance.now() - begin;
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new Error(`workerd does not serve ${module}:\n${running.output()}`);
  } finally {
    await running.stop("SIGKILL");
  }
}

async function isAnswered(url: string): Promise<boolean> {
  const response = await fetch(url).catch(() => undefined);
  await response?.arrayBuffer();
  return response?.ok === true;
}
