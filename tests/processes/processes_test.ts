import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { type Gathering, MetricsRegistry } from "../../src/core.ts";
import { ProcessAggregator, serveProcess } from "../../src/workers.ts";

type Done = (error: Error | null) => void;

/** The two ends of a channel; messages are copied, as between processes. */
function channel() {
  const [near, far] = [new EventEmitter(), new EventEmitter()];
  const end = (own: EventEmitter, other: EventEmitter) =>
    Object.assign(own, {
      isSilent: false,
      isClosed: false,
      send(this: { isSilent: boolean; isClosed: boolean }, message: unknown, done?: Done) {
        // As a channel does if the process at its other end was just killed.
        const closed = new Error("Channel closed");
        if (this.isClosed && done === undefined) own.emit("error", closed);
        if (this.isClosed) return void setTimeout(() => done?.(closed));
        const copy = JSON.parse(JSON.stringify(message));
        if (!this.isSilent) setTimeout(() => other.emit("message", copy));
        setTimeout(() => done?.(null));
      },
    });
  return { primary: end(near, far), worker: end(far, near) };
}

function start(aggregator: ProcessAggregator, name: string) {
  const { primary, worker } = channel();
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "jobs", help: "Jobs." });
  const gauge = registry.gauge({ name: "level", help: "Level." });
  gauge.set(1);
  aggregator.add(primary, name);
  return { primary, worker, counter, registry, served: serveProcess(registry, worker) };
}

function valuesOf({ families }: Gathering): Record<string, number> {
  return Object.fromEntries(families.map((family) => {
    assert(family.type === "counter" || family.type === "gauge");
    return [family.name, family.values[0]];
  }));
}

test("ProcessAggregator: a gathering has the counts of all workers, and the primary's own", async () => {
  const own = new MetricsRegistry();
  own.counter({ name: "jobs", help: "Jobs." }).inc(100);
  const aggregator = new ProcessAggregator({ own });
  const workers = ["a", "b"].map((name) => start(aggregator, name));
  workers.forEach(({ counter }, at) => counter.inc(at + 1));
  const gathering = await aggregator.gather();
  assertEquals(gathering.errors, []);
  assertEquals(valuesOf(gathering), { jobs: 103, level: 2 });
});

test("serveProcess(): a scraped worker gathers the counts of all", async () => {
  const aggregator = new ProcessAggregator();
  const workers = ["a", "b"].map((name) => start(aggregator, name));
  workers.forEach(({ counter }) => counter.inc());
  assertEquals(valuesOf(await workers[1].served.gather()), { jobs: 2, level: 2 });
});

test("ProcessAggregator: a silent worker has its last known values, and an error", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 20 });
  const [loud, silent] = ["a", "b"].map((name) => start(aggregator, name));
  loud.counter.inc();
  silent.counter.inc(10);
  await aggregator.gather();
  silent.worker.isSilent = true;
  loud.counter.inc();
  const gathering = await aggregator.gather();
  assertEquals(valuesOf(gathering), { jobs: 12, level: 2 });
  assertEquals(gathering.errors.length, 1);
  assertStringIncludes(gathering.errors[0].message, "worker b: no answer within 20 ms");
});

test("ProcessAggregator: the counts of ended workers stay, those of flush() included", async () => {
  const aggregator = new ProcessAggregator();
  start(aggregator, "a");
  for (let round = 1; round <= 3; round++) {
    const { counter, primary, served } = start(aggregator, `b${round}`);
    counter.inc(10);
    await aggregator.gather();
    counter.inc();
    await served.flush();
    await new Promise((resolve) => setTimeout(resolve, 5));
    primary.emit("exit");
    const gathering = await aggregator.gather();
    assertEquals(gathering.errors, []);
    assertEquals(valuesOf(gathering), { jobs: 11 * round, level: 1 });
  }
});

test("serveProcess(): a worker whose primary does not answer gathers its own counts, with an error", async () => {
  const { worker } = channel();
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs", help: "Jobs." }).inc();
  const gathering = await serveProcess(registry, worker)
    .gather({ signal: AbortSignal.timeout(20) });
  assertEquals(valuesOf(gathering), { jobs: 1 });
  assertEquals(gathering.errors.length, 1);
});

test("ProcessAggregator: a request to a process that was just killed does not throw", async () => {
  const aggregator = new ProcessAggregator({ deadlineMilliseconds: 20 });
  const [alive, killed] = ["a", "b"].map((name) => start(aggregator, name));
  alive.counter.inc();
  killed.counter.inc(10);
  await aggregator.gather();
  const failures: unknown[] = [];
  killed.primary.on("error", (error) => failures.push(error));
  killed.primary.isClosed = true;
  const { jobs } = valuesOf(await aggregator.gather());
  killed.worker.on("error", (error) => failures.push(error));
  killed.worker.isClosed = true;
  await killed.served.gather();
  assertEquals([jobs, failures], [11, []]);
});
