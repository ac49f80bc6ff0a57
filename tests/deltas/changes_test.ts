import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../mod.ts";
import {
  type CounterSnapshot,
  type GaugeSnapshot,
  type HistogramSnapshot,
  type LabelTable,
  labelTable,
  type SummarySnapshot,
} from "../../src/core.ts";
import { changesOf, goneOf, sentOf } from "../../src/deltas/changes.ts";
import type { FamilyDelta } from "../../src/deltas/delta.ts";
import { exactSum, integerOf } from "../support/exact_numbers.ts";
import { familyOf } from "../support/typed_family.ts";

const regions = (...names: readonly string[]) => labelTable(names.map((region) => ({ region })));
const header = { name: "family", help: "Help." };
const none = { names: [], values: [], rows: 0 };

function counters(labels: LabelTable, values: readonly number[], more = {}): CounterSnapshot {
  return { ...header, type: "counter", labels, values: Float64Array.from(values), ...more };
}

function gauges(labels: LabelTable, values: readonly number[], more = {}): GaugeSnapshot {
  return { ...header, type: "gauge", labels, values: Float64Array.from(values), ...more };
}

function histogram(
  buckets: readonly number[],
  sum: number,
  more: Partial<HistogramSnapshot> = {},
): HistogramSnapshot {
  return {
    ...header,
    type: "histogram",
    labels: labelTable([{}]),
    bounds: [1],
    buckets: Float64Array.from(buckets),
    sums: Float64Array.of(sum),
    ...more,
  };
}

const exemplar = (id: string, timestamp: number) => ({ labels: { id }, value: 1, timestamp });

test("changesOf(): without a snapshot before, it is the family without what is no use elsewhere", () => {
  const labels = regions("eu", "us");
  const timestamps = Float64Array.of(5, 6);
  assertEquals(
    changesOf(undefined, counters(labels, [1, 0], { created: [1, 2, 3], timestamps, unit: "x" })),
    { family: counters(labels, [1, 0], { unit: "x" }) },
  );
  const summary: SummarySnapshot = {
    ...header,
    type: "summary",
    labels,
    quantiles: [0.5],
    values: Float64Array.of(1, 2),
    counts: Float64Array.of(3, 4),
    sums: Float64Array.of(5, 6),
  };
  assertEquals(changesOf(undefined, summary), {
    family: { ...summary, quantiles: [], values: new Float64Array(0) },
  });
  assertEquals(changesOf(undefined, counters(none, [])), undefined);
});

test("changesOf(): only series that changed are in it, wherever they were", () => {
  const before = counters(regions("eu", "us", "ap", "cn"), [1, 2, 3, 4]);
  const appended = { ...before.labels, values: before.labels.values as string[] };
  appended.values.push("af", "sa");
  const expected = { family: counters(regions("us", "af"), [5, 9]) };
  // The same table with rows appended, and one that was made anew.
  const numbers = [1, 7, 3, 4, 9];
  assertEquals(changesOf(before, counters({ ...appended, rows: 5 }, numbers)), expected);
  const copied = counters(regions("eu", "us", "ap", "cn", "af"), numbers);
  assertEquals(changesOf(before, copied), expected);
  // One was removed, so that others moved.
  const moved = counters(regions("us", "cn", "ap", "af"), [7, 4, 3, 9]);
  assertEquals(changesOf(before, moved), expected);
  assertEquals(changesOf(moved, moved), undefined);
});

test("changesOf(): series are found in whatever order they come", () => {
  const before = counters(regions("a", "b", "c", "d", "e"), [1, 2, 3, 4, 5]);
  const numbers: Readonly<Record<string, number>> = { a: 1, b: 2, c: 3, d: 4, e: 5, x: 9 };
  const orders = ["ace", "acexb", "edcba", "eabcd", "axbcd", "xabcde", "bdx", "x", "cab", "dexa"];
  for (const order of orders) {
    const names = [...order];
    const changed = names.filter((name) => "cx".includes(name));
    const more = (name: string) => numbers[name] + (name === "c" ? 10 : 0);
    const delta = changesOf(before, counters(regions(...names), names.map(more)));
    const values = changed.map((name) => name === "c" ? 10 : 9);
    const expected = changed.length === 0
      ? undefined
      : { family: counters(regions(...changed), values) };
    assertEquals(delta, expected, order);
    const living = (names: readonly string[]) =>
      gauges(regions(...names), names.map(() => 0), { merge: "sum" });
    const gone = [..."abcde"].filter((name) => !names.includes(name));
    const rows = changesOf(living([..."abcde"]), living(names))?.gone?.values ?? [];
    assertEquals([...rows].sort(), gone, order);
  }
});

test("changesOf(): an empty value is a label that is absent, in whatever order labels are", () => {
  const before = counters(labelTable([{ a: "1", b: "2" }, { a: "3" }]), [1, 2]);
  const other = counters(labelTable([{ c: "", a: "3" }, { b: "2", a: "1" }]), [2, 4]);
  assertEquals(changesOf(before, other), {
    family: counters({ names: ["c", "a", "b"], values: ["", "1", "2"], rows: 1 }, [3]),
  });
  assertEquals(changesOf(counters(labelTable([{}]), [1]), counters(regions(""), [1])), undefined);
  // Another label with the same value.
  const zone = counters(labelTable([{ zone: "eu" }]), [1]);
  assertEquals(changesOf(counters(regions("eu"), [1]), zone), { family: zone });
});

test("changesOf(): a difference is exact, with a rest if need be", () => {
  const labels = regions("eu", "us");
  const before = counters(labels, [0.1, 1]);
  const now = counters(labels, [1e6, 2]);
  const delta = changesOf(before, now)!;
  const { values } = delta.family as CounterSnapshot;
  const rest = delta.rests!.get("values")!;
  assertEquals([...rest.keys()], [0]);
  assertEquals(exactSum([values[0], ...rest.get(0)!]), integerOf(1e6) - integerOf(0.1));
  assertEquals(values[1], 1);
});

test("changesOf(): a series that was reset counts from 0", () => {
  const eu = regions("eu", "us");
  const whole = { family: counters(regions("eu"), [4]) };
  const started = counters(eu, [4, 4], { created: [1, 1] });
  assertEquals(changesOf(started, counters(eu, [4, 4], { created: [2, 1] })), whole);
  assertEquals(changesOf(counters(eu, [5, 4]), counters(eu, [4, 4])), whole);
  assertEquals(changesOf(counters(eu, [NaN, 4]), counters(eu, [4, 4])), whole);
  assertEquals(changesOf(counters(eu, [Infinity, 4]), counters(eu, [4, 4])), whole);
  // Only if both tell when they started.
  assertEquals(changesOf(counters(eu, [4, 4]), started), undefined);
  // Any bucket, and then all numbers.
  const reset = histogram([2, 8], 7);
  assertEquals(changesOf(histogram([3, 1], 5), reset), { family: reset });
});

test("changesOf(): a histogram's sum may go down, but does not leave infinity", () => {
  const sumOf = (before: HistogramSnapshot, now: HistogramSnapshot) => {
    const { family } = changesOf(before, now)!;
    return [...(family as HistogramSnapshot).buckets, ...(family as HistogramSnapshot).sums];
  };
  assertEquals(sumOf(histogram([3, 1], 5), histogram([4, 1], -2)), [1, 0, -7]);
  assertEquals(sumOf(histogram([3, 1], 5), histogram([3, 2], Infinity)), [0, 1, Infinity]);
  // Added again it changes nothing, and tells why native buckets may lack an observation.
  assertEquals(sumOf(histogram([3, 1], NaN), histogram([3, 2], NaN)), [0, 1, NaN]);
  assertEquals(sumOf(histogram([3, 1], Infinity), histogram([3, 2], NaN)), [0, 1, NaN]);
  assertEquals(sumOf(histogram([3, 1], Infinity), histogram([3, 2], 8)), [3, 2, 8]);
  assertEquals(changesOf(histogram([3, 1], NaN), histogram([3, 1], NaN)), undefined);
});

test("changesOf(): a family with another definition is new", () => {
  const labels = labelTable([{}]);
  const native = [{
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 5,
    positive: { indexes: [], counts: [] },
    negative: { indexes: [], counts: [] },
    exemplars: [],
  }];
  const pairs: readonly (readonly [MetricFamily, MetricFamily])[] = [
    [histogram([3, 1], 5), histogram([3, 2], 5, { bounds: [2] })],
    [histogram([3, 2], 5), histogram([3, 2], 5, { native })],
    [gauges(labels, [1]), counters(labels, [1])],
    [gauges(labels, [1], { merge: "max" }), gauges(labels, [1], { merge: "min" })],
  ];
  for (const [before, now] of pairs) assertEquals(changesOf(before, now), { family: now });
});

test("changesOf(): an exemplar is in it if it is new", () => {
  const labels = regions("eu", "us", "ap");
  const first = exemplar("a", 1);
  const before = counters(labels, [1, 1, 1], { exemplars: [first, first, undefined] });
  const expected = (values: readonly number[], exemplars?: readonly unknown[]): FamilyDelta => ({
    family: counters(regions("eu"), values, exemplars && { exemplars }),
  });
  const after = (value: number, now?: unknown) =>
    changesOf(
      before,
      counters(labels, [value, 1, 1], { exemplars: [now, { ...first }, undefined] }),
    );
  assertEquals(after(2, exemplar("a", 1)), expected([1]));
  assertEquals(after(2, undefined), expected([1]));
  assertEquals(after(1, exemplar("a", 0.5)), undefined);
  for (const other of [exemplar("a", 2), exemplar("b", 1), { ...first, value: 2 }]) {
    assertEquals(after(1, other), expected([0], [other]));
    assertEquals(after(2, other), expected([1], [other]));
  }
  // All of a series that was reset.
  assertEquals(after(0.5, first), expected([0.5], [first]));
});

test("changesOf(): a gauge that changed is in it with its value", () => {
  const labels = regions("eu", "us", "ap");
  const before = gauges(labels, [1, NaN, 0]);
  assertEquals(changesOf(before, before), undefined);
  assertEquals(changesOf(before, gauges(labels, [1, NaN, -0])), {
    family: gauges(regions("ap"), [-0]),
  });
  assertEquals(changesOf(before, before, true), { family: before });
  // Of what is added up nothing is sent twice.
  assertEquals(
    changesOf(counters(labels, [1, 2, 3]), counters(labels, [1, 2, 3]), true),
    undefined,
  );
});

test("changesOf(): the time of a latest value counts, also if it was measured elsewhere", () => {
  const labels = regions("eu", "us");
  const timed = (key: string, ...times: readonly number[]) =>
    gauges(labels, [1, 1], { [key]: Float64Array.from(times) });
  const eu = (time: number) => ({
    family: gauges(regions("eu"), [1], { times: Float64Array.of(time) }),
  });
  assertEquals(changesOf(timed("times", 1, 1), timed("times", 2, 1)), eu(2));
  assertEquals(changesOf(timed("timestamps", 1, 1), timed("timestamps", 3, 1)), eu(3));
  assertEquals(changesOf(timed("timestamps", NaN, NaN), timed("timestamps", 3, NaN)), eu(3));
  assertEquals(changesOf(gauges(labels, [1, 1]), timed("timestamps", NaN, NaN)), undefined);
  // Values of those that live are as of now.
  const living = (time: number) => ({
    ...timed("timestamps", time, 1),
    merge: "max" as const,
  });
  assertEquals(changesOf(living(1), living(2)), undefined);
});

test("changesOf(): series that count while their client lives may be gone", () => {
  const before = gauges(regions("eu", "us"), [1, 2], { merge: "sum" });
  const now = gauges(regions("us"), [3], { merge: "sum" });
  assertEquals(changesOf(before, now), { family: now, gone: regions("eu") });
  const rest = gauges(regions("us"), [2], { merge: "sum" });
  const empty = gauges(none, [], { merge: "sum" });
  assertEquals(changesOf(before, rest), {
    family: { ...empty, labels: { ...regions(), names: ["region"] } },
    gone: regions("eu"),
  });
  // A new rule makes all new, but does not keep what is no more.
  assertEquals(changesOf(before, { ...now, merge: "max" }), {
    family: { ...now, merge: "max" },
    gone: regions("eu"),
  });
  const latest = { ...before, merge: "mostRecent" as const };
  assertEquals(changesOf(latest, { ...rest, merge: "mostRecent" }), undefined);
  assertEquals(changesOf(counters(regions("eu"), [1]), counters(none, [])), undefined);
});

test("goneOf(): all series of a family whose values count while their client lives", () => {
  const before = gauges(regions("eu", "us"), [1, 2], { merge: "sum" });
  assertEquals(goneOf(before), {
    family: gauges(none, [], { merge: "sum" }),
    gone: regions("eu", "us"),
  });
  assertEquals(goneOf(gauges(none, [], { merge: "sum" })), undefined);
  assertEquals(goneOf(gauges(regions("eu"), [1])), undefined);
  assertEquals(goneOf(counters(regions("eu"), [1])), undefined);
});

test("changesOf(): each type has changes, and none if nothing changed", () => {
  const types = [
    "counter",
    "gauge",
    "histogram",
    "gaugehistogram",
    "summary",
    "info",
    "stateset",
    "unknown",
  ] as const;
  for (const type of types) {
    const family = familyOf(type, "family");
    assertEquals(changesOf(undefined, family)!.family.labels.rows, 1, type);
    assertEquals(changesOf(family, structuredClone(family)), undefined, type);
  }
});

test("sentOf(): of a total it has the series that are no more, at most 10,000", () => {
  const before = counters(regions("eu", "us", "ap"), [1, 2, 3]);
  const now = counters(regions("us"), [4]);
  assertEquals(sentOf(undefined, now), now);
  const { labels: all, values } = sentOf(before, now) as CounterSnapshot;
  assertEquals([all, [...values]], [regions("us", "eu", "ap"), [4, 1, 3]]);
  // Back, at what it had then.
  const back = counters(regions("eu", "us"), [5, 4]);
  assertEquals(changesOf(sentOf(before, now), back)!.family, counters(regions("eu"), [4]));
  // Another label came to it, and one of them tells no start.
  const zoned = counters(labelTable([{ zone: "1", region: "us" }]), [4], { created: [1] });
  const both = sentOf(before, zoned) as CounterSnapshot;
  assertEquals(both.labels, {
    names: ["zone", "region"],
    values: ["1", "us", "", "eu", "", "us", "", "ap"],
    rows: 4,
  });
  assertEquals([[...both.values], both.created], [[4, 1, 2, 3], undefined]);
  const gauge = gauges(regions("us"), [4]);
  assertEquals(sentOf(gauges(regions("eu"), [1]), gauge), gauge);
  assertEquals(sentOf(histogram([1, 1], 1), now), now);

  const names = Array.from({ length: 10_010 }, (_, row) => `${row}`);
  const many = counters(regions(...names), names.map(Number));
  const { labels } = sentOf(many, counters(regions("us"), [4]));
  assertEquals([labels.rows, labels.values[1], labels.values.at(-1)], [10_001, "0", "9999"]);
  const later = sentOf(counters(labels, new Array(labels.rows).fill(1)), counters(none, []));
  assert(later.labels.values.includes("us") && !later.labels.values.includes("9999"));
});
