/**
 * What counting in shared memory costs, and a scrape of many threads.
 *
 *     deno run -A tests/bench/shared_memory.ts
 *
 * For other runtimes bundle it first: the threads run the same file.
 */
import { once } from "node:events";
import process from "node:process";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { MetricsRegistry } from "../../src/core.ts";
import { joinSharedRegistry, sharedRegistry } from "../../src/workers.ts";

const threads = 8;
const seriesPerThread = 10_000;
const times = 5_000_000;
const rounds = 9;

/** A checked addition to a slot of a typed array: what there is no getting below. */
class Slot {
  readonly #slots = new Float64Array(512);
  readonly #slot = 7;

  inc(by = 1): void {
    if (!(by >= 0 && by < Infinity && typeof by === "number")) throw new RangeError(`${by}`);
    this.#slots[this.#slot] += by;
  }

  set(value: number): void {
    if (typeof value !== "number") throw new TypeError(`${value}`);
    this.#slots[this.#slot] = value;
  }
}

if (isMainThread) {
  recording();
  await scraping();
  process.exit(0);
} else {
  const registry = joinSharedRegistry(workerData);
  fill(registry);
  parentPort!.on("message", (milliseconds: number) => {
    const counter = registry.counter({ name: "spins", help: "Spins." });
    parentPort!.postMessage("busy");
    for (const end = Date.now() + milliseconds; Date.now() < end;) counter.inc();
  });
  parentPort!.postMessage("ready");
}

function recording(): void {
  const shared = sharedRegistry({ name: "recording" });
  const plain = new MetricsRegistry();
  const definition = { name: "kept", help: "Kept." };
  const slot = new Slot();
  const counter = shared.counter(definition);
  const gauge = shared.gauge({ ...definition, name: "kept_gauge" });
  const histogram = shared.histogram({ ...definition, name: "kept_histogram" });
  const native = shared.histogram({ ...definition, name: "kept_native", native: true });
  const plainHistogram = plain.histogram(definition);
  const works: Record<string, () => void> = {
    "slot inc": () => repeat(() => slot.inc()),
    "shared counter inc": () => repeat(() => counter.inc()),
    "slot set": () => repeat((time) => slot.set(time)),
    "shared gauge set": () => repeat((time) => gauge.set(time)),
    "plain histogram observe": () => repeat((time) => plainHistogram.observe((time & 7) / 100)),
    "shared histogram observe": () => repeat((time) => histogram.observe((time & 7) / 100)),
    "shared native histogram observe": () => repeat((time) => native.observe((time & 7) / 100)),
  };
  const taken = new Map<string, number[]>();
  for (let round = 0; round < rounds; round++) {
    for (const [name, work] of Object.entries(works)) {
      const begin = performance.now();
      work();
      const list = taken.get(name) ?? [];
      taken.set(name, list);
      list.push((performance.now() - begin) / times * 1e6);
    }
  }
  for (const [name, list] of taken) show(name, list, "ns");
}

async function scraping(): Promise<void> {
  const registry = sharedRegistry({ name: "scraping" });
  const workers = Array.from({ length: threads - 1 }, () => {
    return new Worker(new URL(import.meta.url), { workerData: registry.handle() });
  });
  fill(registry);
  await Promise.all(workers.map((worker) => once(worker, "message")));
  show(`first gather, ${threads} threads of ${seriesPerThread} series`, [
    await time(() => registry.gather()),
  ], "ms");
  show("gather", await timesOf(() => registry.gather()), "ms");
  show("encode", await timesOf(() => registry.encode()), "ms");
  workers[0].postMessage(5000);
  await once(workers[0], "message");
  show("gather while a thread is in a busy loop", await timesOf(() => registry.gather()), "ms");
}

function fill(registry: MetricsRegistry): void {
  const family = registry.counter({ name: "series", help: "Series.", labels: ["id"] });
  for (let id = 0; id < seriesPerThread; id++) family.inc({ id: `value_${id}` });
}

function repeat(work: (time: number) => void): void {
  for (let time = 0; time < times; time++) work(time);
}

async function timesOf(work: () => Promise<unknown>): Promise<number[]> {
  const list: number[] = [];
  for (let run = 0; run < 50; run++) list.push(await time(work));
  return list;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function show(name: string, list: readonly number[], unit: string): void {
  const sorted = [...list].sort((one, other) => one - other);
  const [least, median] = [sorted[0], sorted[sorted.length >> 1]].map((value) => value.toFixed(2));
  console.log(`${name.padEnd(48)} least ${least.padStart(8)} ${unit}, median ${median} ${unit}`);
}
