import { assert, assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { type CounterFamily, RegistrationError } from "../../src/core.ts";
import { sharedRegistry } from "../../src/workers.ts";
import type { SharedRegistry } from "../../src/workers.ts";
import { samplesOf, simulatedThreads } from "./simulated_threads.ts";

const labels = ["queue"] as const;

/** Threads with a counter that may have so many series in all of them together. */
function threads(count: number, seriesPerFamily: number) {
  const warnings: string[] = [];
  const cardinality = {
    seriesPerFamily,
    onOverflow: ({ message = "" }) => void warnings.push(message),
  };
  const simulated = simulatedThreads(count, { cardinality });
  const counter = (registry: SharedRegistry) =>
    registry.counter({ name: "jobs", help: "Jobs.", labels });
  return { ...simulated, warnings, counter, jobs: simulated.registries.map(counter) };
}

function count(jobs: CounterFamily<{ queue: string }>, ...queues: string[]): void {
  for (const queue of queues) jobs.inc({ queue });
}

test("seriesPerFamily is a limit of all threads together, with one overflow series", async () => {
  const { registries, warnings, jobs: [one, other] } = threads(2, 3);
  count(one, "a", "b");
  count(other, "a", "c", "d");
  count(one, "e", "f", "c");
  for (const registry of registries) {
    assertEquals(await samplesOf(registry), [
      'jobs{otel_metric_overflow="true"} 3',
      'jobs{queue="a"} 2',
      'jobs{queue="b"} 1',
      'jobs{queue="c"} 2',
    ]);
  }
  assertEquals(warnings.length, 2);
  assert(warnings[0].startsWith("jobs: no room for further label sets, as it may have 3 series"));
  const { families } = await registries[0].cardinality();
  assertEquals(families.map(({ series, overflows }) => [series, overflows]), [[4, 2]]);
});

test("seriesPerFamily counts the series of ended threads too", async () => {
  const { registries: [one], groups, join, counter, jobs } = threads(2, 2);
  count(jobs[1], "a", "b", "c");
  groups[1].leave();
  const third = counter(join());
  count(third, "d", "a");
  count(jobs[0], "e");
  assertEquals(await samplesOf(one), [
    'jobs{otel_metric_overflow="true"} 3',
    'jobs{queue="a"} 2',
    'jobs{queue="b"} 1',
  ]);
});

test("Family.clear() removes the overflow series in all threads, removeMatching() does not", async () => {
  const { registries, jobs: [one, other] } = threads(2, 1);
  count(one, "a", "b");
  const overflow = one.labels({ queue: "b" });
  assertEquals(other.removeMatching({ queue: "a" }), 1);
  assertEquals(await samplesOf(registries[0]), ['jobs{otel_metric_overflow="true"} 1']);
  assertEquals(other.removeMatching({}), 1);
  for (const registry of registries) assertEquals(await samplesOf(registry), []);
  overflow.inc();
  assertEquals(await samplesOf(registries[1]), []);
  count(one, "a", "b");
  count(other, "b");
  assertEquals(await samplesOf(registries[0]), [
    'jobs{otel_metric_overflow="true"} 2',
    'jobs{queue="a"} 1',
  ]);
  one.clear();
  for (const registry of registries) assertEquals(await samplesOf(registry), []);
});

test("SharedRegistry.unregister() removes this thread's share of the overflow series", async () => {
  const { registries: [one, other], jobs } = threads(2, 1);
  for (const family of jobs) count(family, "a", "b");
  one.unregister("jobs");
  count(jobs[0], "a", "b", "c");
  assertEquals(await samplesOf(other), [
    'jobs{otel_metric_overflow="true"} 1',
    'jobs{queue="a"} 1',
  ]);
});

test("SharedRegistry: every instrument has an overflow series", async () => {
  const { registries } = threads(2, 1);
  for (const registry of registries) {
    const of = { help: "Help.", labels };
    const gauge = registry.gauge({ name: "gauge", ...of });
    const each = registry.gauge({ name: "each", ...of, merge: "all" });
    const classic = registry.histogram({ name: "classic", ...of, buckets: [1], sampleEvery: 9 });
    const native = registry.histogram({ name: "native", ...of, native: true });
    const summary = registry.summary({ name: "summary", ...of });
    const states = registry.stateSet({ name: "states", ...of, states: ["on"] });
    for (const queue of ["a", "b", "c"]) {
      gauge.inc({ queue });
      each.set({ queue }, 2);
      for (const family of [classic, native, summary]) family.observe({ queue }, 0.5);
      states.select({ queue }, "on");
    }
  }
  const lines = (await samplesOf(registries[0])).filter((line) => line.includes("overflow"));
  assertEquals(lines, [
    'classic_bucket{otel_metric_overflow="true",le="+Inf"} 4',
    'classic_bucket{otel_metric_overflow="true",le="1.0"} 4',
    'classic_count{otel_metric_overflow="true"} 4',
    'classic_sum{otel_metric_overflow="true"} 2',
    'each{worker="w1",otel_metric_overflow="true"} 2',
    'each{worker="w2",otel_metric_overflow="true"} 2',
    'gauge{otel_metric_overflow="true"} 4',
    'native_bucket{otel_metric_overflow="true",le="+Inf"} 4',
    'native_count{otel_metric_overflow="true"} 4',
    'native_sum{otel_metric_overflow="true"} 2',
    'states{otel_metric_overflow="true",states="on"} 1',
    'summary_count{otel_metric_overflow="true"} 4',
    'summary_sum{otel_metric_overflow="true"} 2',
  ]);
});

test("cardinality.series is a limit of each thread", async () => {
  const { registries } = simulatedThreads(2, { cardinality: { series: 2, onOverflow() {} } });
  for (const registry of registries) {
    const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels });
    const tasks = registry.counter({ name: "tasks", help: "Tasks.", labels });
    count(jobs, "a", "b");
    count(tasks, "a");
  }
  assertEquals(await samplesOf(registries[0]), [
    'jobs{queue="a"} 2',
    'jobs{queue="b"} 2',
    'tasks{otel_metric_overflow="true"} 2',
  ]);
});

test("cardinality.idleSeconds is refused by shared registries and their views", () => {
  const cardinality = { idleSeconds: 60 };
  for (
    const make of [
      () => sharedRegistry({ name: "idle", cardinality }),
      () => simulatedThreads(1).registries[0].view({ cardinality }),
    ]
  ) {
    const error = assertThrows(make, RegistrationError);
    assert(error.message.startsWith("cardinality.idleSeconds: a thread cannot tell"));
  }
  // The failure left nothing behind.
  sharedRegistry({ name: "idle" }).close();
});
