import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import {
  goesNative,
  type HistogramMode,
  partsOf,
  wayOf,
} from "../../../src/push/remote_write/parts.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { pushTime } from "../../support/write_steps.ts";

const none = { indexes: [], counts: [] };
const native = [{
  schema: 0,
  zeroThreshold: 0,
  zeroCount: 1,
  positive: none,
  negative: none,
  exemplars: [],
}];
const classic = histogramOf("classic", {});
const both = { ...histogramOf("both", {}), native };
const gauges = { ...both, name: "gauges", type: "gaugehistogram" as const };
const exemplar = { labels: {}, value: 1, timestamp: 1 };

test("partsOf: how histograms of each kind are sent in each mode", () => {
  const waysIn = (mode: HistogramMode) =>
    partsOf([gaugeOf("a", {}), classic, both, gauges], mode, pushTime)
      .map(({ family, way }) => `${family.name} ${way}`);
  const steady = (...names: string[]) => names.map((name) => `${name} steady`);
  assertEquals(waysIn("classic"), steady("a", "classic", "both", "gauges"));
  assertEquals(waysIn("native"), [...steady("a", "classic"), "both native", "gauges native"]);
  assertEquals(waysIn("both"), [
    ...steady("a", "classic", "both"),
    "both native",
    "gauges steady",
    "gauges native",
  ]);
  assertEquals(waysIn("nhcb"), [...steady("a"), "classic native", "both native", "gauges native"]);
});

test("wayOf: loose with exemplars, timed with times, and never steady in years whose times are short", () => {
  const ways = (family: MetricFamily, time = pushTime) => wayOf(family, time);
  const jobs = counterOf("a", {}, {});
  assertEquals(ways(jobs), "steady");
  assertEquals(ways({ ...jobs, exemplars: [undefined, undefined] }), "steady");
  assertEquals(ways({ ...jobs, exemplars: [undefined, exemplar] }), "loose");
  assertEquals(ways({ ...jobs, timestamps: Float64Array.of(NaN, NaN) }), "steady");
  assertEquals(
    ways({ ...jobs, exemplars: [exemplar], timestamps: Float64Array.of(NaN, 1) }),
    "timed",
  );
  assertEquals(ways(jobs, 5), "loose");
});

test("goesNative: only histograms", () => {
  assertEquals([gaugeOf("a", {}), classic, both].map((each) => goesNative(each, "nhcb")), [
    false,
    true,
    true,
  ]);
});
