import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
  type CounterSnapshot,
  type HistogramSnapshot,
  type LabelRecord,
  type MetricFamily,
  MetricsRegistry,
} from "../../src/core.ts";
import { difference, mergeSnapshots } from "../../src/merge/merge_snapshots.ts";
import { mergeGatherings } from "../../src/workers.ts";
import { counterOf, gaugeOf, histogramOf } from "../support/families.ts";
import { familyOf } from "../support/typed_family.ts";

const header = { name: "a", help: "A." };

function merged<Type extends MetricFamily["type"]>(
  type: Type,
  ...families: readonly MetricFamily[]
): Extract<MetricFamily, { type: Type }> {
  const all = mergeSnapshots(families);
  assert(all.type === type);
  return all as Extract<MetricFamily, { type: Type }>;
}

test("mergeSnapshots(): families of unknown type add up", () => {
  const family = () => constUnknown({ ...header, samples: [{ value: 2 }] });
  assertEquals([...merged("unknown", family(), family()).values], [4]);
});

test("mergeSnapshots(): a state is on if any source has it on, and still 1", () => {
  const family = (...on: string[]) =>
    constStateSet({ ...header, states: ["x", "y", "z"], samples: [{ on }] });
  const { values, states } = merged("stateset", family("x", "y"), family("y"));
  assertEquals([states, [...values]], [["x", "y", "z"], [1, 1, 0]]);
});

test("mergeSnapshots(): series that only some sources have are there, each once", () => {
  const one = counterOf("a", { x: "1" }, { x: "2" });
  const other = counterOf("a", { x: "2" }, { x: "3" });
  const { labels, values } = merged("counter", one, other);
  assertEquals(labels, { names: ["x"], values: ["1", "2", "3"], rows: 3 });
  assertEquals([...values], [1, 2 + 1, 2]);
});

test("mergeSnapshots(): label names in another order, or more of them, are the same labels", () => {
  const one = counterOf("a", { x: "1", y: "2" });
  const other = counterOf("a", { y: "2", x: "1" });
  const more = counterOf("a", { x: "1", y: "2", z: "3" });
  const { labels, values } = merged("counter", one, other, more);
  assertEquals(labels.names.toSorted(), ["x", "y", "z"]);
  assertEquals(labels.rows, 2);
  assertEquals([...values], [2, 1]);
});

test("mergeSnapshots(): the same values of other labels, or of fewer, are other series", () => {
  for (const other of [{ y: "1" }, { x: "1", y: "2" }] as LabelRecord[]) {
    for (const families of [[{ x: "1" }, other], [other, { x: "1" }]]) {
      const { labels, values } = merged("counter", ...families.map((set) => counterOf("a", set)));
      assertEquals([labels.rows, labels.names.length, [...values]], [2, 2, [1, 1]]);
    }
  }
});

test("mergeSnapshots(): a table that begins another one, but for a value, is not its beginning", () => {
  const one = counterOf("a", { x: "1" }, { x: "2" }, { x: "3" });
  for (const set of [{ x: "2" }, { y: "1" }] as LabelRecord[]) {
    const { labels, values } = merged("counter", counterOf("a", set), one);
    assertEquals(labels.rows, "x" in set ? 3 : 4);
    assertEquals(values.reduce((sum, value) => sum + value, 0), 7);
  }
});

test("mergeSnapshots(): two snapshots of one registry share their labels, and have both rows", async () => {
  const registry = new MetricsRegistry();
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue"] });
  jobs.inc({ queue: "a" });
  const { families: [first] } = await registry.gather();
  jobs.inc({ queue: "b" }, 5);
  const { families: [second] } = await registry.gather();
  for (const families of [[first, second], [second, first]]) {
    const { labels, values } = merged("counter", ...families);
    assertEquals([labels.rows, labels.values.slice(0, 2), [...values]], [2, ["a", "b"], [2, 5]]);
  }
});

test("mergeSnapshots(): the start is the earliest, and none if one source does not tell", () => {
  const at = (...created: number[]): CounterSnapshot => ({
    ...counterOf("a", ...created.map((_, row) => ({ row: String(row) }))),
    created,
  });
  assertEquals(merged("counter", at(5, 7), at(6, 3)).created, [5, 3]);
  assertEquals(merged("counter", at(5), at(6, 3)).created, [5, 3]);
  const silent = { ...at(1), created: undefined };
  assertEquals(merged("counter", at(5), silent).created, undefined);
  assertEquals(merged("counter", silent, at(5)).created, undefined);
});

test("mergeSnapshots(): of exemplars the newest stays, in each bucket; the later of two equals", () => {
  const exemplar = (id: string, timestamp: number) => ({ labels: { id }, value: 1, timestamp });
  const histogram = (
    low: ReturnType<typeof exemplar> | undefined,
    high: ReturnType<typeof exemplar> | undefined,
  ): HistogramSnapshot => ({ ...histogramOf("a", {}), exemplars: [low, high] });
  const { exemplars } = merged(
    "histogram",
    histogram(exemplar("a", 5), exemplar("b", 6)),
    histogram(exemplar("c", 4), exemplar("d", 7)),
    histogramOf("a", {}),
    histogram(undefined, exemplar("e", 7)),
  );
  assertEquals(exemplars?.map((each) => each?.labels.id), ["a", "e"]);
  assertEquals(
    merged("histogram", histogramOf("a", {}), histogramOf("a", {})).exemplars,
    undefined,
  );
});

test("mergeSnapshots(): the exemplars of rows in another order go to their rows", () => {
  const histogram = (...ids: string[]): HistogramSnapshot => ({
    ...histogramOf("a", ...ids.map((id) => ({ id }))),
    exemplars: ids.flatMap((id) => [undefined, { labels: { id }, value: 1, timestamp: 1 }]),
  });
  const { labels, exemplars } = merged("histogram", histogram("x", "y"), histogram("y", "z", "x"));
  assertEquals(exemplars?.length, 6);
  labels.values.forEach((id, row) => {
    assertEquals([exemplars?.[row * 2], exemplars?.[row * 2 + 1]?.labels.id], [undefined, id]);
  });
});

test("mergeSnapshots(): most recent gauges of rows in another order, or without times", () => {
  const gauge = (times: number[] | undefined, ...ids: number[]) => ({
    ...gaugeOf("a", ...ids.map((id) => ({ id: String(id) }))),
    merge: "mostRecent" as const,
    times: times && Float64Array.from(times),
  });
  const { values, times } = merged("gauge", gauge([5, 6], 1, 2), gauge([7, 4], 2, 1));
  assertEquals([[...values], [...times!]], [[1, 1], [5, 7]]);
  // Of equals the later one, as among gauges of which nobody knows the time.
  const valuesOf = (...gauges: MetricFamily[]) => [...merged("gauge", ...gauges).values];
  assertEquals(valuesOf(gauge([5], 1), gauge([9, 5], 2, 1)), [2, 1]);
  assertEquals(valuesOf(gauge(undefined, 1), gauge(undefined, 2, 1)), [2, 1]);
  assertEquals(valuesOf(gauge([0.5], 1), gauge(undefined, 2, 1)), [1, 1]);
});

test("mergeSnapshots(): a classic histogram that was merged before has no native buckets", () => {
  const once = merged("histogram", histogramOf("a", {}), histogramOf("a", {}));
  const again = merged("histogram", once, once);
  assertEquals([[...again.buckets], again.native], [[4, 0], undefined]);
});

test("mergeSnapshots(): native buckets are merged row by row, and gone if a source has none", () => {
  const none = { indexes: [], counts: [] };
  const native = (...counts: number[]): HistogramSnapshot => ({
    ...histogramOf("a", ...counts.map((_, id) => ({ id: String(id) }))),
    native: counts.map((zeroCount) => ({
      schema: 0,
      zeroThreshold: 0,
      zeroCount,
      positive: none,
      negative: none,
      exemplars: [],
    })),
  });
  const zeros = ({ native }: HistogramSnapshot) => native?.map(({ zeroCount }) => zeroCount);
  assertEquals(zeros(merged("histogram", native(1, 2), native(10, 20, 30))), [11, 22, 30]);
  const { native: _, ...without } = native(4);
  assertEquals(zeros(merged("histogram", native(1), without)), undefined);
});

test("mergeSnapshots(): quantiles of several sources do not add up, so there are none", () => {
  const summary = (value: number) =>
    constSummary({
      ...header,
      quantiles: [0.5],
      samples: [{ count: 2, sum: 3, values: [value] }],
    });
  const { quantiles, values, counts, sums } = merged("summary", summary(1), summary(2));
  assertEquals([quantiles, [...values], [...counts], [...sums]], [[], [], [4], [6]]);
});

for (const type of ["gaugehistogram", "stateset", "unknown"] as const) {
  test(`mergeGatherings(): a family of type ${type} ends with its worker`, () => {
    const families = [familyOf(type, "a")];
    const page = (...ended: boolean[]) =>
      mergeGatherings(ended.map((ended, at) => ({ worker: `w${at}`, ended, families }))).families;
    assertEquals(page(true, true), []);
    assertEquals(page(false, true), page(false));
  });
}

for (const type of ["counter", "histogram", "summary", "info"] as const) {
  test(`mergeGatherings(): a family of type ${type} outlives its worker`, () => {
    const families = [familyOf(type, type === "info" ? "a_info" : "a")];
    assertEquals(mergeGatherings([{ worker: "w", ended: true, families }]).families.length, 1);
  });
}

test("difference(): families differ by type, help, unit and all that a merge needs", () => {
  const counter = counterOf("a", {});
  const buckets = { ...header, bounds: [1, 2], samples: [{ buckets: [1, 0, 0], sum: 1 }] };
  const histogram = constHistogram(buckets);
  const states = constStateSet({ ...header, states: ["x", "y"], samples: [{ on: [] }] });
  const gauge = gaugeOf("a", {});
  const cases: readonly [MetricFamily, MetricFamily, string | undefined][] = [
    [counter, { ...counter, values: Float64Array.of(5) }, undefined],
    [counter, gauge, "type"],
    [counter, { ...counter, help: "B." }, "help"],
    [counter, { ...counter, unit: "seconds" }, "unit"],
    [{ ...counter, unit: "bytes" }, { ...counter, unit: "seconds" }, "unit"],
    [histogram, { ...histogram, bounds: [1, 3] }, "bounds"],
    [constGaugeHistogram(buckets), { ...constGaugeHistogram(buckets), bounds: [1] }, "bounds"],
    [states, { ...states, states: ["y", "x"] }, "states"],
    [states, { ...states, states: ["x,y"] }, "states"],
    [gauge, { ...gauge, merge: "max" }, "merge"],
    [constInfo({ ...header, name: "a_info", samples: [] }), familyOf("info", "a_info"), "help"],
  ];
  for (const [one, other, expected] of cases) {
    assertEquals(difference(one, other), expected);
    assertEquals(difference(other, one), expected);
  }
  const summary = constSummary({ ...header, samples: [] });
  assertEquals(difference(summary, { ...summary, quantiles: [0.5] }), undefined);
});
