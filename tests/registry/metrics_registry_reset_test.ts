import { assert, assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { MetricsError, MetricsRegistry, type MetricsRegistryOptions } from "../../mod.ts";
import { HistogramFamily } from "../../src/metrics/histogram_family.ts";
import { sharedRegistry } from "../../src/workers.ts";
import { withClock } from "../support/clock.ts";
import { collectorOf } from "../support/collectors.ts";
import { pause } from "../support/deferred.ts";
import { gaugeOf } from "../support/families.ts";
import { garbageCollector } from "../support/garbage.ts";
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { withWallClock } from "../support/wall_clock.ts";

const labels = ["a"] as const;

/** An instrument of every type with and without labels, and what is recorded to them. */
function everyType(registry: MetricsRegistry) {
  const named = (name: string) => ({ name, help: "" });
  const single = {
    counter: registry.counter(named("c")),
    gauge: registry.gauge(named("g")),
    histogram: registry.histogram({ ...named("h"), buckets: [1] }),
    sampled: registry.histogram({ ...named("m"), buckets: [1], sampleEvery: 5 }),
    native: registry.histogram({ ...named("n"), native: { maxBuckets: 4 } }),
    summary: registry.summary({ ...named("q"), quantiles: [0.5] }),
    states: registry.stateSet({ ...named("s"), states: ["on", "off"] }),
  };
  const families = {
    counter: registry.counter({ ...named("lc"), labels }),
    gauge: registry.gauge({ ...named("lg"), labels }),
    histogram: registry.histogram({ ...named("lh"), buckets: [1], labels }),
    summary: registry.summary({ ...named("lq"), labels }),
    states: registry.stateSet({ ...named("ls"), states: ["on"], labels }),
  };
  const info = registry.info({ ...named("some_info"), labels });
  const kept = {
    counter: families.counter.labels({ a: "kept" }),
    gauge: families.gauge.labels({ a: "kept" }),
    histogram: families.histogram.labels({ a: "kept" }),
    summary: families.summary.labels({ a: "kept" }),
    states: families.states.labels({ a: "kept" }),
  };
  const record = (into: typeof single | typeof kept, times = 1) => {
    for (let time = 0; time < times; time++) {
      into.counter.inc(2);
      into.gauge.set(3);
      into.histogram.observe(0.5);
      into.summary.observe(4);
      into.states.select("on");
      if (!("native" in into)) continue;
      into.sampled.observe(0.5);
      into.native.observe(10 ** (time % 50));
    }
  };
  return { single, families, kept, info, record };
}

test("MetricsRegistry.reset(): an instrument of any type is as if it were new", async () => {
  const [used, fresh] = [new MetricsRegistry(), new MetricsRegistry()].map((registry) => ({
    registry,
    ...everyType(registry),
  }));
  fresh.registry.reset();
  used.record(used.single, 100);
  used.record(used.kept, 100);
  used.families.counter.inc({ a: "other" });
  used.info.set({ a: "1" });
  used.registry.reset();
  assertEquals(await samplesOf(used.registry), await samplesOf(fresh.registry));
  const native = async ({ registry }: typeof used) =>
    (await registry.gather()).families.flatMap((family) =>
      family.type === "histogram" ? family.native ?? [] : []
    );
  assertEquals(await native(used), await native(fresh));
  for (const { single, kept, record, info } of [used, fresh]) {
    record(single, 3);
    record(kept, 3);
    info.set({ a: "2" });
  }
  assertEquals(await samplesOf(used.registry), await samplesOf(fresh.registry));
  assertEquals(await native(used), await native(fresh));
  assertEquals(used.single.counter.get(), 6);
});

test("MetricsRegistry.reset(): a page shows what was recorded since, by kept children too", async () => {
  const registry = new MetricsRegistry();
  const { families, kept, record } = everyType(registry);
  record(kept, 2);
  families.counter.inc({ a: "earlier" });
  registry.reset();
  const labelled = async () => (await samplesOf(registry)).filter((line) => line.includes("a="));
  assertEquals(await labelled(), []);
  kept.counter.inc();
  assertEquals(await labelled(), ['lc{a="kept"} 1']);
  assertStrictEquals(families.counter.labels({ a: "kept" }), kept.counter);
  registry.reset();
  families.counter.inc({ a: "kept" });
  kept.counter.inc();
  families.counter.inc({ a: "earlier" });
  assertEquals(await labelled(), ['lc{a="kept"} 2', 'lc{a="earlier"} 1']);
});

test("MetricsRegistry.reset(): a recording that changes no number is on the page as well", async () => {
  const registry = new MetricsRegistry();
  const { families, kept, record } = everyType(registry);
  record(kept);
  registry.reset();
  kept.counter.inc(0);
  kept.gauge.set(0);
  kept.states.set("on", false);
  families.gauge.labels({ a: "new" }).dec(0);
  assertEquals((await samplesOf(registry)).filter((line) => line.includes("a=")), [
    'lc{a="kept"} 0',
    'lg{a="new"} 0',
    'lg{a="kept"} 0',
    'ls{a="kept",ls="on"} 0',
  ]);
  assertEquals([kept.counter.get(), kept.gauge.get()], [0, 0]);
});

test("MetricsRegistry.reset(): a value that was set back is 0, and not -0", async () => {
  const registry = new MetricsRegistry();
  const { single } = everyType(registry);
  registry.reset();
  for (const instrument of [single.counter, single.gauge]) {
    assertStrictEquals(instrument.get(), 0);
  }
  const { families } = await registry.gather();
  for (const family of families) {
    if (!("values" in family)) continue;
    for (const value of family.values) assert(!Object.is(value, -0), family.name);
  }
});

test("MetricsRegistry.reset(): what was in progress before ends without a trace", async () => {
  const registry = new MetricsRegistry();
  const running = registry.gauge({ name: "running", help: "Jobs that run." });
  const byQueue = registry.gauge({ name: "queued", help: "By queue.", labels: ["queue"] });
  const ends: (() => void)[] = [];
  const job = () => new Promise<void>((resolve) => ends.push(resolve));
  const before = [running.trackInProgress(job), byQueue.trackInProgress({ queue: "a" }, job)];
  registry.reset();
  const after = [running.trackInProgress(job), byQueue.trackInProgress({ queue: "a" }, job)];
  ends.slice(0, 2).forEach((end) => end());
  await Promise.all(before);
  assertEquals(await samplesOf(registry), ['queued{queue="a"} 1', "running 1"]);
  ends.forEach((end) => end());
  await Promise.all(after);
  assertEquals(await samplesOf(registry), ['queued{queue="a"} 0', "running 0"]);
});

test("MetricsRegistry.reset(): it makes no difference whether a child is garbage", async () => {
  const collect = await garbageCollector();
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels });
  for (let a = 0; a < 100; a++) jobs.inc({ a }, 5);
  registry.reset();
  for (let time = 0; time < 3; time++) {
    await pause(0.01);
    collect();
  }
  for (let a = 0; a < 100; a++) jobs.inc({ a });
  assertEquals((await samplesOf(registry)).filter((line) => line.endsWith(" 1")).length, 100);
});

test("MetricsRegistry.reset(): times of creation are those of the reset, and snapshots keep theirs", () =>
  withWallClock(async (clock) => {
    const start = clock.now;
    const registry = new MetricsRegistry();
    registry.counter({ name: "single", help: "" }).inc();
    const kept = registry.counter({ name: "jobs", help: "", labels }).labels({ a: "1" });
    const created = async () =>
      (await registry.gather()).families.flatMap((family) =>
        family.type === "counter" ? Array.from(family.created ?? []) : []
      );
    const { families: [, before] } = await registry.gather();
    assertEquals(await created(), [start, start]);
    clock.advance(5);
    registry.reset();
    kept.inc();
    assertEquals(await created(), [start + 5, start + 5]);
    assertEquals(before.type === "counter" && before.created?.[0], start);
  }));

test("MetricsRegistry.reset(): a native histogram that had reset itself begins with the reset", async () => {
  const registry = new MetricsRegistry();
  const native = { maxBuckets: 1, minResetSeconds: 0.001 };
  const sizes = registry.histogram({ name: "sizes", help: "", native });
  sizes.observe(1);
  await pause(0.005);
  sizes.observe(1e9);
  assertEquals(sizes.get().count, 1);
  await pause(0.005);
  const now = Date.now() / 1000;
  registry.reset();
  const { families: [family] } = await registry.gather();
  assert(family.type === "histogram" && family.created![0] >= now);
});

test("MetricsRegistry.reset(): the first observation of a sampled histogram is a sample again", () => {
  const registry = new MetricsRegistry();
  const sizes = registry.histogram({ name: "sizes", help: "", buckets: [1], sampleEvery: 1e9 });
  for (let time = 0; time < 10; time++) sizes.observe(2);
  registry.reset();
  sizes.observe(0);
  sizes.observe(2);
  assertEquals(sizes.get().buckets, [{ le: 1, count: 1 }, { le: Infinity, count: 2 }]);
});

test("MetricsRegistry.reset(): exemplars are gone", async () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ name: "c", help: "" });
  const histogram = registry.histogram({ name: "h", help: "", buckets: [1], native: true });
  const options = { exemplar: { trace_id: "1" } };
  counter.inc(1, options);
  histogram.observe(1, options);
  const text = async () => JSON.stringify((await registry.gather()).families);
  assertStringIncludes(await text(), "trace_id");
  registry.reset();
  assert(!(await text()).includes("trace_id"));
});

test("MetricsRegistry.reset(): series of init() stay, at 0", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "", labels: { a: ["x", "y"] } });
  jobs.init();
  jobs.inc({ a: "y" }, 5);
  registry.reset();
  assertEquals(await samplesOf(registry), ['jobs{a="x"} 0', 'jobs{a="y"} 0']);
  jobs.clear();
  registry.reset();
  assertEquals(await samplesOf(registry), []);
});

test("MetricsRegistry.reset(): nothing is left of what was dropped", async () => {
  const registry = new MetricsRegistry({ onInvalid: () => {} });
  const jobs = registry.counter({ name: "jobs", help: "" });
  jobs.inc(-1);
  jobs.inc(1, { exemplar: { "trace-id": "1" } });
  const dropped = async () => {
    const { invalid, droppedExemplars } = await registry.gather();
    return [invalid, droppedExemplars];
  };
  assertEquals(await dropped(), [new Map([["jobs", 1]]), new Map([["jobs", 1]])]);
  registry.reset();
  assertEquals(await dropped(), [undefined, undefined]);
});

test("MetricsRegistry.reset() makes room, and label sets without room are reported anew", async () => {
  const told: string[] = [];
  const cardinality = {
    seriesPerFamily: 1,
    onOverflow: ({ family }: { family: string }) => void told.push(family),
  };
  const registry = new MetricsRegistry({ cardinality, onInvalid: () => {} });
  const jobs = registry.counter({ name: "jobs", help: "", labels });
  for (const first of ["1", "2"]) {
    const kept = [first, "over"].map((a) => jobs.labels({ a }));
    for (const child of kept) child.inc();
    jobs.inc({ a: "1" }, -1);
    assertEquals(await samplesOf(registry), [
      ...first === "1" ? [`jobs{a="1"} 1`] : [],
      'jobs{otel_metric_overflow="true"} 1',
      ...first === "2" ? [`jobs{a="2"} 1`] : [],
    ]);
    assertEquals((await registry.cardinality()).families[0].overflows, 1);
    assertEquals(registry.invalidRecordings().size, 1);
    registry.reset();
    assertEquals((await registry.cardinality()).families[0].overflows, 0);
    assertEquals(registry.invalidRecordings().size, 0);
    // Whoever keeps the overflow series goes on with it.
    kept[1].inc();
    assertEquals(await samplesOf(registry), ['jobs{otel_metric_overflow="true"} 1']);
    registry.reset();
  }
  assertEquals(told, ["jobs", "jobs"]);
});

test("MetricsRegistry.reset(): series that were idle begin at 0 as well", async () => {
  await withClock(async (clock) => {
    const options: MetricsRegistryOptions = { cardinality: { idleSeconds: 60 } };
    const registry = new MetricsRegistry(options);
    const jobs = registry.counter({ name: "jobs", help: "", labels });
    const level = registry.gauge({ name: "level", help: "", labels });
    const kept = [jobs.labels({ a: "1" }), level.labels({ a: "1" })];
    for (const child of kept) child.inc(5);
    for (let time = 0; time < 3; time++) {
      await registry.gather();
      clock.advance(60);
    }
    assertEquals(await samplesOf(registry), []);
    registry.reset();
    assertEquals(await samplesOf(registry), []);
    for (const child of kept) child.inc();
    assertEquals(await samplesOf(registry), ['jobs{a="1"} 1', 'level{a="1"} 1']);
    for (let time = 0; time < 3; time++) {
      await registry.gather();
      clock.advance(60);
    }
    assertEquals(await samplesOf(registry), []);
  });
});

test("MetricsRegistry.reset(): a series that is removed afterwards does not come back", async () => {
  for (const remove of ["remove", "removeMatching", "clear"] as const) {
    const registry = new MetricsRegistry();
    const jobs = registry.counter({ name: "jobs", help: "", labels });
    const kept = jobs.labels({ a: "1" });
    registry.reset();
    jobs[remove]({ a: "1" });
    kept.inc();
    assertEquals(await samplesOf(registry), []);
  }
});

test("MetricsRegistry.reset(): views are reset with their registry; callbacks and collectors stay", async () => {
  const registry = new MetricsRegistry();
  const view = registry.view({ prefix: "app_" });
  const counters = [registry, view].map((each) => each.counter({ name: "jobs", help: "" }));
  view.gaugeWithCallback({ name: "queue", help: "", callback: () => 4 });
  registry.register(collectorOf(gaugeOf("own", {})));
  const own = new HistogramFamily({ name: "h", help: "", buckets: [1] });
  own.observe({}, 1);
  registry.register(own);
  for (const reset of [registry, view]) {
    for (const counter of counters) counter.inc();
    reset.reset();
    assertEquals(counters.map((counter) => counter.get()), [0, 0]);
  }
  assertEquals(await samplesOf(registry), [
    "app_jobs 0",
    "app_queue 4",
    'h_bucket{le="1.0"} 1',
    'h_bucket{le="+Inf"} 1',
    "h_sum 1",
    "h_count 1",
    "jobs 0",
    "own 1",
  ]);
});

test("Family.reset() resets this family alone", async () => {
  const registry = new MetricsRegistry();
  const families = ["a", "b"].map((name) => registry.counter({ name, help: "", labels }));
  for (const family of families) family.inc({ a: "1" });
  families[0].reset();
  assertEquals(await samplesOf(registry), ['b{a="1"} 1']);
  families[0].inc({ a: "1" });
  assertEquals(await samplesOf(registry), ['a{a="1"} 1', 'b{a="1"} 1']);
});

test("SharedRegistry.reset() is refused, says what to do instead, and changes nothing", async () => {
  const registry = sharedRegistry({ name: "reset test" });
  const jobs = registry.counter({ name: "jobs", help: "", labels });
  jobs.inc({ a: "1" });
  const calls = [() => registry.reset(), () => jobs.reset(), () => registry.view({}).reset()];
  for (const call of calls) {
    assertThrowsWith(call, MetricsError, "of other threads cannot be set back", "MetricsRegistry");
  }
  assertEquals(await samplesOf(registry), ['jobs{a="1"} 1']);
  registry.close();
});
