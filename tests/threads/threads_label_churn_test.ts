// A process of its own: its threads run this file again.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { once } from "node:events";
import { test } from "node:test";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { MetricsError } from "../../src/core.ts";
import {
  joinSharedRegistry,
  type SharedRegistry,
  sharedRegistry,
  type SharedRegistryHandle,
} from "../../src/workers.ts";
import { newSegment, type Segment } from "../../src/threads/memory/segment.ts";
import { segmentDump } from "./segment_dump.ts";
import { samplesOf, simulatedThreads } from "./simulated_threads.ts";

/** The limit of a log in bytes. The records of each label set take some 200 bytes. */
const limit = 2 ** 18;
const churns = 10_000;
const live = 10;

interface Start {
  readonly handle: SharedRegistryHandle;
  /** Becomes 1 when the thread is to end. */
  readonly stop: Int32Array;
}

/** Creates and removes label sets, a few of them alive at a time, beside series that stay. */
function churn(registry: SharedRegistry, from: number, to: number): void {
  const sessions = registry.counter({ name: "sessions", help: "Sessions.", labels: ["id"] });
  const took = registry.histogram({ name: "took", help: "Time.", labels: ["id"], buckets: [1] });
  const total = registry.counter({ name: "total", help: "All." });
  for (let id = from; id < to; id++) {
    sessions.inc({ id }, id);
    if (id % 100 === 0) took.observe({ id }, 0.5);
    total.inc();
    if (id < live) continue;
    sessions.remove({ id: id - live });
    took.remove({ id: id - live });
  }
}

function logBytes({ logs }: Segment): number {
  return logs[0].byteLength + logs[1].byteLength;
}

if (isMainThread || workerData?.stop === undefined) {
  test("ThreadState: label churn does not fill the log", async () => {
    const { registries: [writer, reader], groups, join } = simulatedThreads(2, {}, limit);
    writer.gauge({ name: "level", help: "Level.", labels: ["id"] }).set({ id: "stays" }, 7);
    for (let part = 0; part < 4; part++) {
      churn(writer, part * churns / 4, (part + 1) * churns / 4);
      for (const registry of [reader, writer, ...part === 2 ? [join()] : []]) {
        assertEquals(await liveSamples(registry), expectedSamples((part + 1) * churns / 4));
      }
    }
    assert(logBytes(groups[0].segments[0]) <= 2 * limit);
    assertEquals(groups[0].thread.view.segments()[0].header.generation > 4, true);
    // The counts of the churning thread stay when it ends and is compacted.
    writer.close();
    for (const registry of [reader, join()]) {
      const samples = await liveSamples(registry);
      assertEquals(samples, expectedSamples(churns).filter((line) => !line.startsWith("level")));
    }
  });

  test("PendingRemovals: a removal outlasts any churn as long as a thread has the series", async () => {
    const { registries: [writer, idle], groups, join } = simulatedThreads(2, {}, limit);
    const definition = { name: "kept", help: "Kept.", labels: ["id"] } as const;
    const child = idle.counter(definition).labels({ id: "x" });
    child.inc(5);
    idle.counter(definition).inc({ id: "y" }, 3);
    assert(writer.counter(definition).remove({ id: "x" }));
    churn(writer, 0, churns);
    child.inc();
    const keptOf = async (registry: SharedRegistry) =>
      (await samplesOf(registry)).filter((line) => line.startsWith("kept"));
    assertEquals(await keptOf(join()), ['kept{id="y"} 3']);
    // Once that thread has applied it, the removal is not in the log any more.
    idle.counter(definition).inc({ id: "x" }, 2);
    const log = () => segmentDump(groups[0].segments[0]);
    assert(log().includes('["x"]'), log());
    churn(writer, churns, 2 * churns);
    assert(!log().includes('["x"]'), log());
    for (const registry of [writer, idle, join()]) {
      assertEquals(await keptOf(registry), ['kept{id="x"} 2', 'kept{id="y"} 3']);
    }
  });

  test("SegmentWriter: a log that is full of living series can be emptied again", async () => {
    const { registries: [writer, reader] } = simulatedThreads(2, {}, 2 ** 16);
    const family = writer.counter({ name: "jobs", help: "Jobs.", labels: ["id"] });
    let made = 0;
    const fill = () => {
      for (;;) family.inc({ id: made++ });
    };
    assertThrows(fill, MetricsError, "outgrew");
    const count = made - 1;
    assertEquals((await samplesOf(reader)).length, count);
    for (let id = 0; id < count; id++) assert(family.remove({ id }), `series ${id}`);
    assertEquals((await samplesOf(reader)).length, 0);
    made = 0;
    assertThrows(fill, MetricsError, "outgrew");
    // Places that were given back a short time ago wait, so it depends on the time how many there are.
    assert(made > count / 2, `${made} of ${count}`);
    assertEquals((await samplesOf(reader)).length, made - 1);
  });

  test("ThreadState: an unregistered family is not in the rewritten log", async () => {
    const { registries: [writer, reader], join } = simulatedThreads(2, {}, limit);
    for (const registry of [writer, reader]) {
      registry.counter({ name: "old", help: "Old." }).inc();
      registry.counter({ name: "other", help: "Other." }).inc();
    }
    writer.unregister("old");
    churn(writer, 0, churns);
    writer.counter({ name: "new", help: "New." }).inc();
    for (const registry of [reader, join()]) {
      const samples = await samplesOf(registry);
      assertEquals(samples.filter((line) => !line.includes("id=")), [
        "new 1",
        "old 1",
        "other 2",
        `total ${churns}`,
      ]);
    }
  });

  test("SharedRegistry: scrapes of a thread are right during label churn in another", async () => {
    const registry = sharedRegistry({ name: "churn" });
    const { name, others } = registry.handle();
    const stop = new Int32Array(new SharedArrayBuffer(4));
    const start: Start = { handle: { name, segment: newSegment(undefined, limit), others }, stop };
    const worker = new Worker(new URL(import.meta.url), { workerData: start });
    const exited = once(worker, "exit");
    try {
      let made: number | undefined;
      const done = once(worker, "message").then(([message]) => made = message);
      for (let last = 0, grown = 0; made === undefined;) {
        const { families, errors } = await registry.gather();
        assertEquals(errors, []);
        for (const family of families) {
          if (family.name === "sessions") assert(family.labels.rows <= live + 1);
          if (family.name !== "total" || family.type !== "counter") continue;
          // A family is logged before its series: at first, it may be there without one.
          const { values: [total = 0] } = family;
          assert(total >= last, `${total} after ${last}`);
          if (total > last && ++grown === 10) Atomics.store(stop, 0, 1);
          last = total;
        }
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await done;
      assertEquals(await liveSamples(registry), expectedSamples(made!).slice(1));
    } finally {
      // Also if the test fails: otherwise the thread would keep the runtime alive.
      await worker.terminate();
    }
    await exited;
    registry.close();
  });
} else {
  const { handle, stop }: Start = workerData;
  const { parentPort } = await import("node:worker_threads");
  const registry = joinSharedRegistry(handle);
  let made = 0;
  do churn(registry, made, made += churns); while (Atomics.load(stop, 0) === 0);
  parentPort!.postMessage(made);
  // The thread stays alive, so that gauges would be on the page.
  setInterval(() => {}, 1000);
}

async function liveSamples(registry: SharedRegistry): Promise<string[]> {
  return (await samplesOf(registry)).filter((line) => !line.startsWith("took"));
}

function expectedSamples(made: number): string[] {
  const sessions = Array.from({ length: live }, (_, at) => made - live + at);
  return [
    'level{id="stays"} 7',
    ...sessions.map((id) => `sessions{id="${id}"} ${id}`).sort(),
    `total ${made}`,
  ];
}
