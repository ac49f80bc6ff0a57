import { once } from "node:events";
import process from "node:process";
import { BroadcastChannel, Worker } from "node:worker_threads";
import type { ContenderName } from "../contenders/library.ts";
import { heapBytes } from "../measure/heap.ts";
import { type Measurement, measurement, type Settings } from "../measure/operation.ts";

type EdgepromWorkers = typeof import("../../../src/workers.ts");

const specifier: string = "@edgeprom/edgeprom/workers";
const script = new URL("./short_lived.mjs", import.meta.url);
const threads = 1000;
/** Number of threads after which the runtime's own memory pools are filled. */
const warmUp = 200;

/**
 * Growth of the process' memory with short-lived threads, one after the other. The floor is what the
 * runtime itself retains of threads that only post as much shared memory: on Bun some 20 kB each. To
 * be run alone in its process.
 */
export async function soak(
  contender: ContenderName,
  { runtime }: Settings,
): Promise<Measurement[]> {
  const registry = contender === "edgeprom" ? await registryOfAll() : undefined;
  if (registry === undefined) listen();
  const live = async (count: number) => {
    for (let thread = 0; thread < count; thread++) {
      await once(new Worker(script, { workerData: { contender } }), "exit");
      if (thread % 10 === 0) await registry?.encode();
    }
  };
  await live(warmUp);
  const before = await memory();
  await live(threads);
  const growth = (await memory() - before) / 1000;
  if (registry !== undefined) checkPage(await registry.text());
  const operation = { name: "memory growth, 1,000 short-lived threads", unit: "kB" } as const;
  return [measurement(operation, runtime, contender, [growth])];
}

/** Receives what the threads post, and discards it. */
function listen(): void {
  const channel = new BroadcastChannel("floor");
  channel.onmessage = () => {};
  channel.unref();
}

async function registryOfAll() {
  const { sharedRegistry }: EdgepromWorkers = await import(specifier);
  return sharedRegistry();
}

async function memory(): Promise<number> {
  await heapBytes();
  return process.memoryUsage().rss;
}

/** Checks that all counts of ended threads are on the page, with the series of one thread. */
function checkPage(page: string): void {
  const lines = page.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  if (!lines.includes(`jobs ${warmUp + threads}`)) throw new Error(`not all is counted:\n${page}`);
  if (lines.length !== 15) throw new Error(`there are ${lines.length} series, and not 15`);
}
