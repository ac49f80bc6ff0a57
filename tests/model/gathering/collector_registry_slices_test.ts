import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { type Collector, constGauge, constHistogram, type MetricFamily } from "../../../mod.ts";
import { CounterFamily } from "../../../src/metrics/counter.ts";
import { cardinalityOf } from "../../../src/model/gathering/cardinality.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";
import { concatenateInSteps } from "../../../src/model/gathering/concatenate_families.ts";
import { collectorOf } from "../../support/collectors.ts";
import { busyFor, laps } from "../../support/laps.ts";

const rows = 100_000;

function samplesOf(first: number): readonly { labels: { id: string }; value: number }[] {
  return Array.from({ length: rows }, (_, at) => ({ labels: { id: `${first + at}` }, value: at }));
}

function gauge(first = 0): MetricFamily {
  return constGauge({ name: "sizes", help: "Sizes.", samples: samplesOf(first) });
}

function histogram(): MetricFamily {
  const samples = samplesOf(0).map(({ labels }) => ({ labels, buckets: [1, 2, 3], sum: 4 }));
  return constHistogram({ name: "times", help: "Times.", bounds: [1, 2], samples });
}

function counter(tenant: string): Collector {
  const family = new CounterFamily<{ id: string }>({
    name: "jobs",
    help: "Jobs.",
    labels: ["id"],
    constantLabels: { tenant },
  });
  for (let id = 0; id < rows; id++) family.inc({ id: `${id}` });
  return family;
}

function registryOf(...collectors: readonly Collector[]): CollectorRegistry {
  const registry = new CollectorRegistry();
  for (const collector of collectors) registry.register(collector);
  return registry;
}

const large: Readonly<Record<string, [registry: CollectorRegistry, rows: number, turns: number]>> =
  {
    "a gauge": [registryOf(collectorOf(gauge())), rows, 1],
    "a histogram": [registryOf(collectorOf(histogram())), rows, 1],
    "a gauge that comes later": [
      registryOf({ collect: () => Promise.resolve([gauge()]) }),
      rows,
      2,
    ],
    "a gauge that two collectors share": [
      registryOf(collectorOf(gauge()), collectorOf(gauge(rows))),
      2 * rows,
      4,
    ],
    "a counter that two views share": [registryOf(counter("a"), counter("b")), 2 * rows, 2],
  };

for (const [what, [registry, expected, least]] of Object.entries(large)) {
  test(`CollectorRegistry: other work runs while ${what} with many series is checked`, async () => {
    const { result: { families: [family], errors }, turns } = await laps(() => registry.gather());
    assertEquals([family.labels.rows, errors], [expected, []]);
    assert(turns >= least, `${turns} turns`);
  });
}

test("CollectorRegistry: other work runs while what is no family is counted", async () => {
  const nothing = Array.from({ length: 20_000 }, () => null as unknown as MetricFamily);
  const { result, turns } = await laps(() => registryOf(collectorOf(...nothing)).gather());
  assertEquals(result.errors.length, 11);
  assert(turns >= 1, `${turns} turns`);
});

test("CollectorRegistry: our own instruments are gathered without a turn", async () => {
  const family = new CounterFamily<{ id: string }>({ name: "jobs", help: "Jobs.", labels: ["id"] });
  for (let id = 0; id < 50_000; id++) family.inc({ id: `${id}` });
  const { result, turns } = await laps(() => registryOf(family).gather());
  assertEquals([result.families[0].labels.rows, turns], [50_000, 0]);
});

test("cardinalityOf: other work runs while many series are counted", async () => {
  const samples = Array.from(
    { length: 200_000 },
    (_, at) => ({ labels: { a: `${at}` }, value: 1 }),
  );
  const families = [constGauge({ name: "sizes", help: "Sizes.", samples })];
  const { result, turns } = await laps(() => cardinalityOf({ families, errors: [] }, new Map()));
  assertEquals(result.families[0].labels, [{ name: "a", values: 200_000 }]);
  assert(turns >= 1, `${turns} turns`);
});

test("concatenateInSteps: a thousand rows are a step", () => {
  const steps = concatenateInSteps(gauge(), gauge(rows));
  let count = 0;
  while (!steps.next().done) count++;
  assert(count >= 2 * rows / 1024, `${count} steps`);
});

test("CollectorRegistry: after a collector that took long, other work runs before it is checked", async () => {
  const samples = samplesOf(0).slice(0, 5000);
  const collector = {
    collect() {
      busyFor(10);
      return [constGauge({ name: "sizes", help: "Sizes.", samples })];
    },
  };
  const { turns } = await laps(() => registryOf(collector).gather());
  assert(turns >= 1, `${turns} turns`);
});
