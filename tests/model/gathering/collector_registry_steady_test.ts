import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { constGauge, constHistogram, type MetricFamily } from "../../../mod.ts";
import type { HistogramSnapshot } from "../../../src/core.ts";
import { CollectorRegistry } from "../../../src/model/gathering/collector_registry.ts";

type Collect = () => readonly MetricFamily[];

/** A registry of one collector, whose families may change. */
function steady(first: Collect): { gather(): Promise<readonly MetricFamily[]>; now: Collect } {
  const source = {
    now: first,
    async gather() {
      const { families, errors } = await registry.gather();
      assertEquals(errors, []);
      return families;
    },
  };
  const registry = new CollectorRegistry();
  registry.register({ collect: () => source.now() });
  return source;
}

/** New objects at each call, as most collectors make them. */
function gauge(name: string, ...zones: readonly string[]): MetricFamily {
  const samples = zones.map((zone, value) => ({ labels: { zone }, value }));
  return constGauge({ name, help: "Help.", samples });
}

test("CollectorRegistry: new families with the labels of the last time have the same lists", async () => {
  const buckets = () =>
    constHistogram({
      name: "times",
      help: "Help.",
      bounds: [1, 2],
      samples: [{ labels: { zone: "a" }, buckets: [1, 2, 3], sum: 4 }],
    });
  const source = steady(() => [gauge("sizes", "a", "b"), buckets()]);
  const [sizes, times] = await source.gather();
  const [sizesAgain, timesAgain] = await source.gather();
  assertStrictEquals(sizesAgain.labels, sizes.labels);
  assertStrictEquals(timesAgain.labels, times.labels);
  assertStrictEquals(
    (timesAgain as HistogramSnapshot).bounds,
    (times as HistogramSnapshot).bounds,
  );
});

test("CollectorRegistry: other labels, names or bounds are other lists, and right", async () => {
  const source = steady(() => [gauge("sizes", "a", "b")]);
  const [before] = await source.gather();
  for (const zones of [["a", "c"], ["a"], ["a", "b", "c"], ["b", "a"], []]) {
    source.now = () => [gauge("sizes", ...zones)];
    const [after] = await source.gather();
    assert(after.labels !== before.labels);
    assertEquals(after.labels.values, zones);
  }
  source.now = () => [constGauge({
    name: "sizes",
    help: "Help.",
    samples: [{ labels: { region: "a" }, value: 1 }],
  })];
  const [renamed] = await source.gather();
  assertEquals(renamed.labels, { names: ["region"], values: ["a"], rows: 1 });
});

test("CollectorRegistry: two families of a collector never share their lists", async () => {
  const source = steady(() => [gauge("one", "a"), gauge("other", "a")]);
  for (let time = 0; time < 3; time++) {
    const [one, other] = await source.gather();
    assert(one.labels !== other.labels);
    assert(one.labels.names !== other.labels.names);
  }
});

test("CollectorRegistry: a family that was not there the last time is forgotten", async () => {
  const source = steady(() => [gauge("sizes", "a")]);
  const [before] = await source.gather();
  source.now = () => [];
  await source.gather();
  source.now = () => [gauge("sizes", "a")];
  const [after] = await source.gather();
  assert(after.labels !== before.labels);
  assertEquals(after.labels, before.labels);
});
