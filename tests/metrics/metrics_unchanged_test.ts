import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type MetricFamily, MetricsRegistry } from "../../src/core.ts";
import { withWallClock } from "../support/wall_clock.ts";

const labels = ["queue"] as const;
const help = "Help.";
const mail = { queue: "mail" };

/** A registry with one instrument, and what records to it. */
type Case = readonly [string, (registry: MetricsRegistry) => () => void];

const steady: readonly Case[] = [
  ["counter", (registry) => {
    const family = registry.counter({ name: "a_total", help, labels });
    return () => family.inc(mail);
  }],
  ["counter without labels", (registry) => {
    const counter = registry.counter({ name: "a_total", help });
    return () => counter.inc();
  }],
  ["gauge", (registry) => {
    const family = registry.gauge({ name: "a", help, labels });
    family.set({ queue: "none" }, NaN);
    return () => family.inc(mail);
  }],
  ["histogram", (registry) => {
    const family = registry.histogram({ name: "a", help, labels, buckets: [1, 2] });
    return () => family.observe(mail, 1.5);
  }],
  ["histogram that observes 0", (registry) => {
    const family = registry.histogram({ name: "a", help, labels, buckets: [1, 2] });
    return () => family.observe(mail, 0);
  }],
  ["sampled histogram", (registry) => {
    const family = registry.histogram({ name: "a", help, labels, sampleEvery: 1000 });
    return () => family.observe(mail, 0);
  }],
  ["summary", (registry) => {
    const family = registry.summary({ name: "a", help, labels });
    return () => family.observe(mail, 0);
  }],
  ["info", (registry) => {
    const family = registry.info({ name: "a_info", help, labels });
    let facts = 0;
    return () => family.set({ queue: String(facts++) });
  }],
];

async function only(registry: MetricsRegistry): Promise<MetricFamily> {
  const { families } = await registry.gather();
  assertEquals(families.length, 1);
  return families[0];
}

function createdOf(family: MetricFamily): number | undefined {
  return family.type === "counter" ? family.created?.[0] : undefined;
}

for (const [name, make] of steady) {
  test(`a ${name} gives the same snapshot until something is recorded`, async () => {
    const registry = new MetricsRegistry();
    const record = make(registry);
    for (let time = 0; time < 3; time++) {
      record();
      const snapshot = await only(registry);
      const copy = structuredClone(snapshot);
      assertEquals(await only(registry) === snapshot, true);
      record();
      const next = await only(registry);
      assertEquals(next === snapshot, false);
      // The earlier one shows its moment still.
      assertEquals({ ...snapshot, labels: undefined, created: undefined }, {
        ...copy,
        labels: undefined,
        created: undefined,
      });
    }
  });
}

test("a family gives another snapshot for each series that comes, goes, or is set back", async () => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ name: "a_total", help, labels });
  const changes = [
    () => family.labels(mail),
    () => family.labels({ queue: "other" }),
    () => family.remove(mail),
    () => family.labels(mail),
    () => {
      family.remove(mail);
      family.labels(mail);
    },
    () => family.reset(),
    () => family.clear(),
  ];
  let last = await only(registry);
  for (const change of changes) {
    change();
    const next = await only(registry);
    assertEquals(next === last, false);
    assertEquals(await only(registry) === next, true);
    last = next;
  }
});

test("an instrument that is set back at its start value gets another time of creation", () =>
  withWallClock(async (clock) => {
    clock.advance(10);
    const registry = new MetricsRegistry();
    registry.counter({ name: "a_total", help });
    const before = createdOf(await only(registry));
    clock.advance(60);
    registry.reset();
    assertEquals([before, createdOf(await only(registry))], [10, 70]);
  }, 0));

test("a series made while the clock is 0 gets its time, though nothing was recorded", () =>
  withWallClock(async (clock) => {
    const registry = new MetricsRegistry();
    registry.counter({ name: "a_total", help });
    const early = await only(registry);
    clock.advance(10);
    const later = await only(registry);
    assertEquals([early === later, createdOf(later)], [false, 10]);
  }, 0));

test("snapshots with exemplars, native buckets, quantiles or times are made each time", async () => {
  const registries = [
    (registry: MetricsRegistry) =>
      registry.counter({ name: "a_total", help }).inc(0, { exemplar: { trace_id: "1" } }),
    (registry: MetricsRegistry) =>
      registry.histogram({ name: "a", help }).observe(0, { exemplar: { trace_id: "1" } }),
    (registry: MetricsRegistry) => registry.histogram({ name: "a", help, native: true }).observe(0),
    (registry: MetricsRegistry) => registry.summary({ name: "a", help, quantiles: [0.5] }),
    (registry: MetricsRegistry) => registry.gauge({ name: "a", help, merge: "mostRecent" }).set(0),
  ];
  for (const record of registries) {
    const registry = new MetricsRegistry();
    record(registry);
    assertEquals(await only(registry) === await only(registry), false);
  }
});

test("a family of many series keeps no snapshot", async () => {
  const registry = new MetricsRegistry();
  const family = registry.counter({ name: "a_total", help, labels });
  for (let queue = 0; queue < 256; queue++) family.labels({ queue });
  assertEquals(await only(registry) === await only(registry), true);
  family.labels({ queue: 256 });
  assertEquals(await only(registry) === await only(registry), false);
});

test("a snapshot that somebody changed is not given again", async () => {
  const registry = new MetricsRegistry();
  registry.counter({ name: "a_total", help }).inc(5);
  const changed = await only(registry);
  if (changed.type === "counter") changed.values[0] = 7;
  assertEquals((await only(registry) as { values?: Float64Array }).values, Float64Array.of(5));
});
