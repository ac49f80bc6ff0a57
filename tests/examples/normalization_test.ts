import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { Aggregator } from "../../examples/stream_processor/aggregator.ts";
import {
  fillGaps,
  forCounts,
  forDelays,
  type Series,
} from "../../examples/stream_processor/gaps.ts";
import { LayeredState } from "../../examples/stream_processor/layered_state.ts";
import { Normalizer } from "../../examples/stream_processor/normalizer.ts";
import { isOutlier, median, modifiedZScore } from "../../examples/stream_processor/outliers.ts";
import type { WindowResult } from "../../examples/stream_processor/results.ts";
import { InMemoryBackend } from "../../examples/stream_processor/state_backend.ts";
import { DAY, HOUR } from "../../examples/stream_processor/time.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

test("gaps in counts are filled with 0", () => {
  assertEquals(fillGaps([null, 2, null, null, 3, null], forCounts), {
    series: [0, 2, 0, 0, 3, 0],
    fills: [
      { strategy: "zero", filled: 1 },
      { strategy: "zero", filled: 2 },
      { strategy: "zero", filled: 1 },
    ],
  });
});

test("gaps in delays are filled on a line, at the ends with the value next to them", () => {
  assertEquals(fillGaps([null, null, 6, null, null, null, -6, 1, null], forDelays), {
    series: [6, 6, 6, 3, 0, -3, -6, 1, 1],
    fills: [
      { strategy: "backward", filled: 2 },
      { strategy: "linear", filled: 3 },
      { strategy: "forward", filled: 1 },
    ],
  });
});

test("a gap of more than three hours in the delays is left open", () => {
  const series = [1, null, null, null, null, 2];
  assertEquals(fillGaps(series, forDelays), {
    series,
    fills: [{ strategy: "drop", filled: 0 }],
  });
});

test("a gap that has no value beside it stays one", () => {
  assertEquals(fillGaps([null, null], forDelays), {
    series: [null, null],
    fills: [{ strategy: "backward", filled: 0 }],
  });
});

test("a series without gaps stays as it is", () => {
  assertEquals(fillGaps([1, 2], forDelays), { series: [1, 2], fills: [] });
  assertEquals(fillGaps([], forDelays), { series: [], fills: [] });
});

test("the median is the middle, or the mean of the two in the middle", () => {
  assertEquals(median([9, 1, 10]), 9);
  assertEquals(median([4, 1, 3, 2]), 2.5);
  assertThrows(() => median([]), RangeError);
});

test("the score counts deviations from the median", () => {
  // Median 3; deviations 2, 1, 0, 1, 97, of which the median is 1.
  const others = [1, 2, 3, 4, 100];
  assertAlmostEquals(modifiedZScore(8, others), 0.6745 * 5);
  assertEquals(isOutlier(8, others), false);
  // 3.5 / 0.6745 = 5.189: from 8.19 on.
  assertEquals([isOutlier(8.18, others), isOutlier(8.19, others)], [false, true]);
  assertEquals([isOutlier(-2.18, others), isOutlier(-2.19, others)], [false, true]);
});

test("the score uses the mean of the deviations if most values are the same", () => {
  // Median 0, deviations 0, 0, 0, 4: their mean is 1.
  assertAlmostEquals(modifiedZScore(4, [0, 0, 0, 4]), 4 / 1.253314);
});

test("the score finds no outlier if all values are the same", () => {
  assertEquals(modifiedZScore(100, [5, 5, 5]), 0);
});

test("aggregates are what their names say", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const aggregator = new Aggregator(metrics);
  const compute = (values: number[]) =>
    (["count", "sum", "avg", "max"] as const).map((type) => aggregator.compute(type, values));
  assertEquals(compute([-4, 1, 9]), [3, 6, 2, 9]);
  assertEquals(compute([-4]), [1, -4, -4, -4]);
  assertEquals(metrics.aggregationsComputed.labels({ aggregate_type: "avg" }).get(), 2);
});

test("average and maximum of nothing are counted as errors, count and sum are 0", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const aggregator = new Aggregator(metrics);
  for (
    const [aggregate_type, result, errors] of [
      ["count", 0, 0],
      ["sum", 0, 0],
      ["avg", null, 1],
      ["max", null, 1],
    ] as const
  ) {
    assertEquals(aggregator.compute(aggregate_type, []), result);
    assertEquals(metrics.aggregationErrors.labels({ aggregate_type }).get(), errors);
    assertEquals(metrics.aggregationsComputed.labels({ aggregate_type }).get(), 1 - errors);
  }
});

const FIRST_DAY = 365 * DAY;

const setUpNormalizer = () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const state = new LayeredState(new InMemoryBackend(metrics), { l1: 4, l2: 8 }, metrics);
  const normalizer = new Normalizer(HOUR, state, new Aggregator(metrics), metrics);
  return { metrics, normalizer };
};

const hour = (day: number, hour: number, averageDelay: number, origin = "ORD"): WindowResult => {
  const start = FIRST_DAY + day * DAY + hour * HOUR;
  const end = start + HOUR;
  const longestDelay = averageDelay;
  const totalDelay = 2 * averageDelay;
  const windowType = "tumbling";
  return { windowType, origin, start, end, flights: 2, totalDelay, averageDelay, longestDelay };
};

test("a day closes with its last hour and is laid on a grid", () => {
  const { metrics, normalizer } = setUpNormalizer();
  normalizer.add([hour(0, 6, 10), hour(0, 8, 20), hour(0, 7, 99, "MSP")]);
  assertEquals(normalizer.closeDays(FIRST_DAY + DAY + HOUR - 1), []);

  const [day, ...others] = normalizer.closeDays(FIRST_DAY + DAY + HOUR);
  assertEquals(others, []);
  const grid = (values: Readonly<Record<number, number>>, otherwise: number | null): Series =>
    Array.from({ length: 24 }, (_, index) => values[index] ?? otherwise);
  assertEquals(day, {
    origin: "ORD",
    day: FIRST_DAY,
    flights: grid({ 6: 2, 8: 2 }, 0),
    delays: grid({ 6: 10, 7: 15, 8: 20 }, null),
    outliers: [],
    disruption: { hours: 1, averageDelay: 20, longestDelay: 20 },
  });
  const fills = (strategy: "zero" | "linear" | "drop") =>
    metrics.normalizationFillOperations.labels({ strategy }).get();
  assertEquals([fills("zero"), fills("linear"), fills("drop")], [3, 1, 2]);
  assertEquals(metrics.normalizationGapsFilled.get(), 23);
  assertEquals(metrics.normalizationEvents.get(), 2);
  assertEquals(normalizer.closeDays(Infinity), []);
});

test("a day without a disrupted hour has no average disruption", () => {
  const { metrics, normalizer } = setUpNormalizer();
  normalizer.add([hour(0, 6, 14.9)]);
  const [{ disruption }] = normalizer.closeDays(Infinity);
  assertEquals(disruption, { hours: 0, averageDelay: null, longestDelay: null });
  assertEquals(metrics.aggregationErrors.labels({ aggregate_type: "avg" }).get(), 1);
});

test("an hour unlike the airport's is an outlier, once there are enough to compare", () => {
  const { metrics, normalizer } = setUpNormalizer();
  // 23 hours are too few for the first day; with the two of the second it is enough.
  for (let index = 0; index < 22; index++) normalizer.add([hour(0, index, index % 5)]);
  normalizer.add([hour(0, 22, 90)]);
  assertEquals(normalizer.closeDays(Infinity).map(({ outliers }) => outliers), [[]]);
  normalizer.add([hour(1, 6, 90), hour(1, 9, 3)]);
  assertEquals(normalizer.closeDays(Infinity).map(({ outliers }) => outliers), [[6]]);
  assertEquals(metrics.normalizationOutliersDetected.get(), 1);
});

test("hours are forgotten after two weeks", () => {
  const { metrics, normalizer } = setUpNormalizer();
  normalizer.add([hour(0, 0, 1), hour(0, 1, 1)]);
  normalizer.add([hour(13, 23, 1)]);
  normalizer.closeDays(FIRST_DAY + 14 * DAY);
  assertEquals(metrics.stateEvictions.labels({ backend: "in_memory" }).get(), 0);
  normalizer.closeDays(FIRST_DAY + 14 * DAY + HOUR);
  // The end of the fourteenth day is two weeks after its first hour, but not after its second.
  assertEquals(metrics.stateEvictions.labels({ backend: "in_memory" }).get(), 1);
});
