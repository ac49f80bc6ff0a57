import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { CollectionError, constStateSet, type MetricFamily } from "../../../mod.ts";
import type { CounterSnapshot, HistogramSnapshot } from "../../../src/core.ts";
import { concatenateInSteps } from "../../../src/model/gathering/concatenate_families.ts";
import { atOnce } from "../../../src/model/platform/time_slices.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { seriesOf } from "../../support/series.ts";

/** Concatenates at once. */
function concatenateFamilies(first: MetricFamily, second: MetricFamily): MetricFamily {
  return atOnce(concatenateInSteps(first, second));
}

test("concatenateInSteps(): the series of the first come before those of the second", () => {
  const merged = concatenateFamilies(
    counterOf("jobs", { queue: "b" }, { queue: "a" }),
    counterOf("jobs", { queue: "d" }, { queue: "c" }),
  );
  assertEquals([merged.name, merged.help, merged.type], ["jobs", "Help.", "counter"]);
  assertEquals(seriesOf(merged), [
    [{ queue: "b" }, 1],
    [{ queue: "a" }, 2],
    [{ queue: "d" }, 1],
    [{ queue: "c" }, 2],
  ]);
});

test("concatenateInSteps(): gauges and histograms merge as well", () => {
  const gauges = concatenateFamilies(gaugeOf("jobs", { a: "1" }), gaugeOf("jobs", { a: "2" }));
  assertEquals(seriesOf(gauges), [[{ a: "1" }, 1], [{ a: "2" }, 1]]);
  const one = histogramOf("jobs_seconds", { a: "1" });
  const other = { ...histogramOf("jobs_seconds", { a: "2" }), sums: Float64Array.of(0.25) };
  assertEquals(seriesOf(concatenateFamilies(one, other)), [[{ a: "1" }, 1, 0, 0.5], [
    { a: "2" },
    1,
    0,
    0.25,
  ]]);
});

test("concatenateInSteps(): label names may differ, in kind and in order", () => {
  const one = { ...gaugeOf("a", {}), labels: { names: ["x", "y"], values: ["1", "2"], rows: 1 } };
  const other = { ...gaugeOf("a", {}), labels: { names: ["y", "z"], values: ["2", "3"], rows: 1 } };
  const merged = concatenateFamilies(one, other);
  assertEquals(merged.labels.names, ["x", "y", "z"]);
  assertEquals(seriesOf(merged), [[{ x: "1", y: "2" }, 1], [{ y: "2", z: "3" }, 1]]);
});

test("concatenateInSteps(): rows beyond the end of a table stay out", () => {
  const labels = { names: ["a"], values: ["1", "beyond"], rows: 1 };
  const merged = concatenateFamilies({ ...gaugeOf("g", {}), labels }, gaugeOf("g", { a: "2" }));
  assertEquals(seriesOf(merged), [[{ a: "1" }, 1], [{ a: "2" }, 1]]);
});

test("concatenateInSteps(): merging leaves the two as they are", () => {
  const one = counterOf("jobs", { a: "1" });
  const other = counterOf("jobs", { b: "1" });
  concatenateFamilies(one, other);
  assertEquals([seriesOf(one), seriesOf(other)], [[[{ a: "1" }, 1]], [[{ b: "1" }, 1]]]);
});

const conflicts: [MetricFamily, MetricFamily, ...string[]][] = [
  [counterOf("jobs"), gaugeOf("jobs"), "counter", "gauge"],
  [gaugeOf("jobs"), histogramOf("jobs"), "gauge", "histogram"],
  [histogramOf("jobs"), counterOf("jobs"), "counter", "histogram"],
  [counterOf("jobs"), { ...counterOf("jobs"), help: "Other." }, "help"],
  [counterOf("jobs"), { ...counterOf("jobs"), unit: "seconds" }, "unit"],
  [histogramOf("jobs"), { ...histogramOf("jobs"), bounds: [2] }, "different"],
  [histogramOf("jobs"), { ...histogramOf("jobs"), bounds: [1, 2] }, "different"],
];

test("concatenateInSteps(): states that only read alike are not the same", () => {
  const sets = [["a,b"], ["a", "b"]].map((states) =>
    constStateSet({ name: "mode", help: "Mode.", states, samples: [] })
  );
  const merge = () => concatenateFamilies(sets[0], sets[1]);
  assertThrowsWith(merge, CollectionError, "mode: ", "different states");
});

test("concatenateInSteps(): timestamps and exemplars stay if one family has them", () => {
  const exemplar = { labels: {}, value: 1, timestamp: 5 };
  const timed: MetricFamily = {
    ...counterOf("jobs", { a: "1" }),
    timestamps: Float64Array.of(7),
    exemplars: [exemplar],
    created: [1, 2],
  };
  const other: MetricFamily = { ...counterOf("jobs", { a: "2" }, { a: "3" }), created: [3, 4, 5] };
  const merged = concatenateFamilies(timed, other) as CounterSnapshot;
  assertEquals(merged.timestamps, Float64Array.of(7, NaN, NaN));
  assertEquals(merged.exemplars, [exemplar, undefined, undefined]);
  assertEquals(merged.created, [1, 3, 4]);
  const reverse = concatenateFamilies(other, timed) as CounterSnapshot;
  assertEquals(reverse.timestamps, Float64Array.of(NaN, NaN, 7));
  assertEquals(reverse.exemplars, [undefined, undefined, exemplar]);
  const neither = concatenateFamilies(counterOf("jobs", { a: "1" }), other) as CounterSnapshot;
  assertEquals([neither.timestamps, neither.exemplars, neither.created], [
    undefined,
    undefined,
    undefined,
  ]);
});

test("concatenateInSteps(): families that contradict each other do not merge, and the message says in what", () => {
  for (const [one, other, ...parts] of conflicts) {
    assertThrowsWith(() => concatenateFamilies(one, other), CollectionError, "jobs: ", ...parts);
    assertThrowsWith(() => concatenateFamilies(other, one), CollectionError, "jobs: ", ...parts);
  }
});

test("concatenateInSteps(): a series that both have is refused, whatever the order of its labels", () => {
  const pairs: [MetricFamily, MetricFamily][] = [
    [gaugeOf("a", {}), gaugeOf("a", {})],
    [gaugeOf("a", { x: "1", y: "2" }), gaugeOf("a", { y: "2", x: "1" })],
    [gaugeOf("a", { x: "1" }), gaugeOf("a", { x: "1", y: "" })],
    [gaugeOf("a", { x: "" }), gaugeOf("a", {})],
  ];
  for (const [one, other] of pairs) {
    assertThrowsWith(
      () => concatenateFamilies(one, other),
      CollectionError,
      "a: two series have the labels",
    );
  }
});

test("concatenateInSteps(): a column that neither has is left out", () => {
  const { exemplars, native, created } = concatenateFamilies(
    histogramOf("a", { x: "1" }),
    histogramOf("a", { x: "2" }),
  ) as HistogramSnapshot;
  assertEquals([exemplars, native, created], [undefined, undefined, undefined]);
});
