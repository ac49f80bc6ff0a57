// A process of its own: its threads run this file again.
import { assert, assertEquals } from "@std/assert";
import type { HistogramSnapshot, MetricFamily, NativeBuckets } from "../../src/core.ts";
import { milliseconds } from "../../src/model/platform/clock.ts";
import { MetricsServer } from "../../mod.ts";
import { type SharedRegistry, sharedRegistry } from "../../src/workers.ts";
import { isTester, startThread } from "./real_threads.ts";

/** Values on the bounds of classic and native buckets alike, so that counts give the exact sum. */
const values = [0.25, 0.5, 1, 2, 4, 8, 16];

function histograms(registry: SharedRegistry) {
  const definition = { help: "Values.", buckets: values };
  return [
    registry.histogram({ ...definition, name: "classic" }),
    registry.histogram({ ...definition, name: "native", native: true }),
  ];
}

function counter(registry: SharedRegistry) {
  return registry.counter({ name: "rounds", help: "Rounds." });
}

const tasks = {
  /** Observes until it is stopped, without ever yielding to the event loop. */
  block: (registry: SharedRegistry) => {
    const both = histograms(registry);
    const rounds = counter(registry);
    const stop = new Int32Array(new SharedArrayBuffer(4));
    setTimeout(() => {
      while (Atomics.load(stop, 0) === 0) observeSome(both, rounds);
    });
    return stop;
  },
  idle: () => "idle",
};

function observeSome(both: ReturnType<typeof histograms>, rounds: ReturnType<typeof counter>) {
  for (let time = 0; time < 700; time++) {
    for (const histogram of both) histogram.observe(values[time % values.length]);
  }
  rounds.inc();
}

if (isTester(tasks)) {
  const { test } = await import("node:test");

  test("SharedRegistry: histograms that eight threads write are consistent on each page", async () => {
    const name = "consistency";
    const registry = sharedRegistry({ name });
    const threads = await Promise.all(
      Array.from({ length: 8 }, () => startThread(import.meta.url, { name })),
    );
    await registry.gather();
    const stops = await Promise.all(threads.map((thread) => thread.run("block"))) as Int32Array[];
    const counts = new Set<number>();
    // On a busy machine the pages are few in that time.
    for (const end = milliseconds() + 1000; milliseconds() < end || counts.size <= 20;) {
      const { families, errors } = await registry.gather();
      assertEquals(errors, []);
      for (const family of families) if (family.type === "histogram") counts.add(checked(family));
      await new Promise((resolve) => setTimeout(resolve));
    }
    for (const stop of stops) Atomics.store(stop, 0, 1);
    for (const thread of threads) await thread.exit();
    for (const family of (await registry.gather()).families) {
      if (family.type === "histogram") checked(family);
    }
    registry.close();
  });

  test("GET /metrics is not delayed by a blocked thread, whose counts are on the page", async () => {
    const name = "blocked";
    const registry = sharedRegistry({ name });
    const server = new MetricsServer({ registry, hostname: "127.0.0.1", port: 0 });
    await server.start();
    const thread = await startThread(import.meta.url, { name });
    try {
      const stop = await thread.run("block") as Int32Array;
      let idle: Promise<unknown> | undefined;
      let last = 0;
      // To wait for the thread would mean to wait for ever: only the end of this loop stops it.
      for (let grown = 0; grown < 20;) {
        const page = await (await fetch(new URL("/metrics", server.url))).text();
        const rounds = Number(page.match(/^rounds (\d+)$/m)?.[1] ?? 0);
        assert(rounds >= last, `${rounds} after ${last}`);
        if (rounds > last) grown++;
        last = rounds;
        // Sent once the thread is certainly in its loop, and answered only after it.
        if (grown === 1) idle ??= thread.run("idle");
      }
      assertEquals(await Promise.race([idle, Promise.resolve("blocked")]), "blocked");
      Atomics.store(stop, 0, 1);
      assertEquals(await idle, "idle");
    } finally {
      await thread.kill();
      await server.shutdown();
      registry.close();
    }
  });
}

/** Checks that buckets, count and sum are consistent. Returns the count. */
function checked(family: HistogramSnapshot & MetricFamily): number {
  const { name, buckets, sums: [sum], native } = family;
  const count = buckets.reduce((total, bucket) => total + bucket, 0);
  assertEquals(buckets[values.length], 0, "+Inf");
  const expected = values.reduce((total, value, at) => total + value * buckets[at], 0);
  assertEquals(sum, expected, `sum of ${name} with ${count} observations`);
  if (native !== undefined) assertEquals(countAndSum(native[0]), [count, sum], name);
  return count;
}

function countAndSum({ schema, zeroCount, positive, negative }: NativeBuckets): [number, number] {
  assertEquals([zeroCount, negative.counts.length], [0, 0]);
  const sums = positive.counts.map((count, at) =>
    count * 2 ** (positive.indexes[at] / 2 ** schema)
  );
  return [add(positive.counts), add(sums)];
}

function add(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
