import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, type MetricsRegistryOptions } from "../../mod.ts";
import { type Clock, withClock } from "../support/clock.ts";
import { garbageCollector } from "../support/garbage.ts";
import { pause } from "../support/deferred.ts";
import { samplesOf } from "../support/pages.ts";

const labels = ["a"] as const;

/** A registry in which series go after a minute. */
function withIdle(options: MetricsRegistryOptions["cardinality"] = {}) {
  const registry = new MetricsRegistry({ cardinality: { idleSeconds: 60, ...options } });
  return { registry, jobs: registry.counter({ name: "jobs", help: "Jobs.", labels }) };
}

/** Lets so much time go by in steps of half a minute, with a scrape after each. */
async function scrapeFor(seconds: number, registry: MetricsRegistry, clock: Clock) {
  for (let passed = 0; passed < seconds; passed += 30) {
    clock.advance(30);
    await registry.gather();
  }
}

test("idle series: they expire, and one whose child somebody keeps comes back with its value", async () => {
  await withClock(async (clock) => {
    const { registry, jobs } = withIdle();
    const kept = jobs.labels({ a: "kept" });
    kept.inc(5);
    for (const a of ["gone", "busy"]) jobs.inc({ a });
    const [before] = jobs.collect();
    const since = before.type === "counter" ? before.created?.[0] : undefined;
    await scrapeFor(60, registry, clock);
    assertEquals((await samplesOf(registry)).length, 3);
    jobs.inc({ a: "busy" });
    await scrapeFor(30, registry, clock);
    assertEquals(await samplesOf(registry), ['jobs{a="busy"} 2']);
    kept.inc();
    assertEquals(await samplesOf(registry), ['jobs{a="busy"} 2', 'jobs{a="kept"} 6']);
    const [after] = jobs.collect();
    // From a later time on it would have counted 6, and not 1.
    assertEquals(after.type === "counter" && after.created?.[1], since);
    await scrapeFor(120, registry, clock);
    assertEquals(await samplesOf(registry), []);
    jobs.inc({ a: "kept" });
    assertEquals(await samplesOf(registry), ['jobs{a="kept"} 7']);
    assertStrictEquals(jobs.labels({ a: "kept" }), kept);
  });
});

test("idle series: a scrape after a long time shows what was recorded since", async () => {
  await withClock(async (clock) => {
    const { registry, jobs } = withIdle();
    jobs.inc({ a: "1" });
    await registry.gather();
    clock.advance(3600);
    jobs.inc({ a: "1" });
    jobs.inc({ a: "2" });
    assertEquals(await samplesOf(registry), ['jobs{a="1"} 2', 'jobs{a="2"} 1']);
  });
});

test("idle series: any recording counts, even of the present value", async () => {
  await withClock(async (clock) => {
    const { registry } = withIdle();
    const of = { help: "Help.", labels } as const;
    const gauge = registry.gauge({ name: "gauge", ...of });
    const still = registry.gauge({ name: "still", ...of });
    const histogram = registry.histogram({ name: "histogram", ...of, buckets: [1] });
    const native = registry.histogram({ name: "native", ...of, native: true });
    const summary = registry.summary({ name: "summary", ...of });
    const states = registry.stateSet({ name: "states", ...of, states: ["on"] });
    const writes = [
      () => gauge.set({ a: "set" }, 1),
      () => gauge.inc({ a: "inc" }, 0),
      () => gauge.dec({ a: "dec" }, 0),
      () => gauge.labels({ a: "time" }).setToCurrentTime(),
      () => gauge.labels({ a: "call" }).trackInProgress(() => {}),
      () => histogram.observe({ a: "1" }, 0),
      () => native.observe({ a: "1" }, NaN),
      () => summary.observe({ a: "1" }, 0),
      () => states.set({ a: "set" }, "on", false),
      () => states.select({ a: "select" }, "on"),
    ];
    still.set({ a: "1" }, 1);
    for (let time = 0; time < 4; time++) {
      for (const write of writes) write();
      await scrapeFor(30, registry, clock);
    }
    const counted = async () =>
      (await registry.cardinality()).families
        .flatMap(({ name, series }) => series > 0 ? [`${name} ${series}`] : []).sort();
    const all = ["gauge 5", "histogram 1", "native 1", "states 2", "summary 1"];
    assertEquals(await counted(), all);
    await scrapeFor(90, registry, clock);
    assertEquals(await counted(), []);
    for (const write of writes) write();
    assertEquals(await counted(), all);
  });
});

test("idle series: instruments without labels, infos and the overflow series never expire", async () => {
  await withClock(async (clock) => {
    const { registry, jobs } = withIdle({ seriesPerFamily: 1, onOverflow() {} });
    registry.counter({ name: "single", help: "Single." });
    const build = registry.info({ name: "build_info", help: "Build.", labels: ["version"] });
    build.set({ version: "1" });
    for (const a of ["1", "2", "3"]) jobs.inc({ a });
    await scrapeFor(120, registry, clock);
    assertEquals(await samplesOf(registry), [
      'build_info{version="1"} 1',
      'jobs{otel_metric_overflow="true"} 2',
      "single 0",
    ]);
  });
});

test("idle series: expired ones make room, and one whose child somebody keeps waits for room", async () => {
  await withClock(async (clock) => {
    const { registry, jobs } = withIdle({ seriesPerFamily: 1, onOverflow() {} });
    const kept = jobs.labels({ a: "kept" });
    kept.inc(5);
    await scrapeFor(120, registry, clock);
    jobs.inc({ a: "next" });
    kept.inc();
    assertEquals(await samplesOf(registry), ['jobs{a="next"} 1']);
    // It is told, as a label set without room is.
    assertEquals((await registry.cardinality()).families[0].overflows, 2);
    await scrapeFor(90, registry, clock);
    assertEquals((await samplesOf(registry)).at(-1), 'jobs{a="kept"} 6');
  });
});

test("idle series: one that is removed while idle is not revived", async () => {
  await withClock(async (clock) => {
    for (const remove of ["remove", "removeMatching", "clear"] as const) {
      const { registry, jobs } = withIdle();
      const kept = jobs.labels({ a: "kept" });
      await scrapeFor(120, registry, clock);
      kept.inc();
      jobs[remove]({ a: "kept" });
      assertEquals(await samplesOf(registry), []);
      jobs.inc({ a: "kept" });
      assertEquals(await samplesOf(registry), ['jobs{a="kept"} 1']);
    }
  });
});

test("idle series: an idle child that nobody keeps is garbage", async () => {
  const collect = await garbageCollector();
  await withClock(async (clock) => {
    const { registry, jobs } = withIdle();
    const children = Array.from({ length: 100 }, (_, a) => new WeakRef(jobs.labels({ a })));
    const living = () => children.filter((reference) => reference.deref() !== undefined).length;
    await scrapeFor(120, registry, clock);
    for (let time = 0; time < 20 && living() > 0; time++) {
      // What was looked at lives on to the end of the turn.
      await pause(0.01);
      collect();
    }
    await pause(0.005);
    const recorded = Date.now() / 1000;
    // JavaScriptCore looks for references on the stack, and may take a number for one.
    assert(living() <= 5, `${living()} are there`);
    const gone = children.findIndex((reference) => reference.deref() === undefined);
    jobs.inc({ a: gone });
    assertEquals(await samplesOf(registry), [`jobs{a="${gone}"} 1`]);
    // It is another series than the one before, and so has another start.
    const [family] = jobs.collect();
    assert(family.type === "counter" && family.created![0] >= recorded, "created anew");
  });
});
