import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  defaultBuckets,
  type HistogramShape,
  InvalidValueError,
  MetricsRegistry,
  type NativeHistogramOptions,
  RegistrationError,
} from "../../../mod.ts";
import type { HistogramSnapshot, SparseBuckets } from "../../../src/core.ts";
import { HistogramFamily } from "../../../src/metrics/histogram_family.ts";
import { type Clock, withClock } from "../../support/clock.ts";
import { samplesOf } from "../../support/pages.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const definition = { name: "size", help: "Sizes." };

function familyOf(shape: HistogramShape): HistogramFamily<Record<string, string>> {
  return new HistogramFamily({ ...definition, ...shape, labels: ["a"] });
}

function snapshotOf(family: HistogramFamily<Record<string, string>>): HistogramSnapshot {
  const [snapshot] = family.collect();
  if (snapshot.type !== "histogram") throw new Error(snapshot.type);
  return snapshot;
}

/** The only series of a native family: its numbers, classic and native. */
function seriesOf(family: HistogramFamily<Record<string, string>>) {
  const { buckets, sums, created, native } = snapshotOf(family);
  if (native === undefined) throw new Error("no native buckets");
  const [{ schema, zeroThreshold, zeroCount, positive, negative, exemplars }] = native;
  return {
    classic: [...buckets],
    sum: sums[0],
    created: created?.[0],
    schema,
    zeroThreshold,
    zeroCount,
    positive: countsByIndex(positive),
    negative: countsByIndex(negative),
    exemplars: exemplars.map(({ labels, value }) => [labels.id, value]),
  };
}

function countsByIndex({ indexes, counts }: SparseBuckets): Record<number, number> {
  return Object.fromEntries(indexes.map((index, at) => [index, counts[at]]));
}

const start = 1_700_000_000;
const smallest = 2 ** -128;

test("native histogram: there are native buckets only if the definition has them", () => {
  const shapes: readonly (readonly [HistogramShape, readonly number[], boolean])[] = [
    [{}, defaultBuckets, false],
    [{ native: false }, defaultBuckets, false],
    [{ native: undefined }, defaultBuckets, false],
    [{ buckets: [1], native: false }, [1], false],
    [{ native: true }, [], true],
    [{ native: {} }, [], true],
    [{ buckets: [1], native: true }, [1], true],
    [{ buckets: [1], native: { factor: 2 } }, [1], true],
  ];
  for (const [shape, bounds, isNative] of shapes) {
    const family = familyOf(shape);
    family.observe({ a: "1" }, 0.5);
    const snapshot = snapshotOf(family);
    assertEquals(snapshot.bounds, bounds);
    assertEquals(snapshot.native?.length, isNative ? 1 : undefined);
  }
});

test("native histogram: native buckets alone: an observation is in one of them, in count and in sum", () => {
  const family = familyOf({ native: { factor: 2 } });
  for (const value of [1, 1.5, 2, 3, 0, -3, smallest]) family.observe({ a: "1" }, value);
  const { created: _, ...series } = seriesOf(family);
  assertEquals(series, {
    classic: [7],
    sum: 4.5,
    schema: 0,
    zeroThreshold: smallest,
    zeroCount: 2,
    positive: { 0: 1, 1: 2, 2: 1 },
    negative: { 2: 1 },
    exemplars: [],
  });
  assertEquals(family.labels({ a: "1" }).get(), {
    count: 7,
    sum: 4.5,
    buckets: [{ le: Infinity, count: 7 }],
  });
});

test("native histogram: native buckets beside classic ones count the same observations", () => {
  const family = familyOf({ buckets: [1, 2], native: { factor: 2 } });
  for (const value of [0.5, 1, 2, 3, 100]) family.observe({ a: "1" }, value);
  const { classic, sum, positive, zeroCount } = seriesOf(family);
  assertEquals({ classic, sum, positive, zeroCount }, {
    classic: [2, 1, 2],
    sum: 106.5,
    positive: { [-1]: 1, 0: 1, 1: 1, 2: 1, 7: 1 },
    zeroCount: 0,
  });
});

test("native histogram: the defaults give 8 buckets for a power of two", () => {
  const family = familyOf({ native: true });
  for (const value of [1, 1.05, 2, 4]) family.observe({ a: "1" }, value);
  const { schema, zeroThreshold, positive } = seriesOf(family);
  assertEquals({ schema, zeroThreshold, positive }, {
    schema: 3,
    zeroThreshold: smallest,
    positive: { 0: 1, 1: 1, 8: 1, 16: 1 },
  });
});

test("native histogram: NaN counts and makes the sum NaN, but has no native bucket", () => {
  const family = familyOf({ buckets: [1], native: true });
  family.observe({ a: "1" }, NaN);
  family.observe({ a: "1" }, 0);
  const { classic, sum, zeroCount, positive, negative } = seriesOf(family);
  assertEquals({ classic, sum, zeroCount, positive, negative }, {
    classic: [1, 1],
    sum: NaN,
    zeroCount: 1,
    positive: {},
    negative: {},
  });
});

test("native histogram: infinities are in a bucket of their own, after that of the largest number", () => {
  const family = familyOf({ native: { factor: 2 } });
  for (const value of [Infinity, -Infinity, Number.MAX_VALUE]) family.observe({ a: "1" }, value);
  const { classic, sum, positive, negative } = seriesOf(family);
  assertEquals({ classic, sum, positive, negative }, {
    classic: [3],
    sum: NaN,
    positive: { 1024: 1, 1025: 1 },
    negative: { 1025: 1 },
  });
});

test("native histogram: each series has native buckets of its own, empty until it observes", () => {
  const family = familyOf({ native: { factor: 2, zeroThreshold: 0 } });
  family.observe({ a: "1" }, 1);
  family.observe({ a: "2" }, 2);
  family.labels({ a: "3" });
  const { native = [] } = snapshotOf(family);
  assertEquals(native.map(({ positive }) => positive.indexes), [[0], [1], []]);
  assertEquals(native.map(({ zeroThreshold }) => zeroThreshold), [0, 0, 0]);
});

test("native histogram: a snapshot stays as it was", () => {
  const family = familyOf({ native: true });
  family.observe({ a: "1" }, 1, { exemplar: { id: "1" } });
  const [before] = snapshotOf(family).native ?? [];
  family.observe({ a: "1" }, 1, { exemplar: { id: "2" } });
  assertEquals(before.positive.counts, [1]);
  assertEquals(before.exemplars.length, 1);
});

test("native histogram: a value that is refused is counted nowhere", () => {
  const family = familyOf({ buckets: [1], native: true });
  family.observe({ a: "1" }, 1);
  const before = seriesOf(family);
  for (const value of ["1", 1n, null, undefined]) {
    const observe = () => family.observe({ a: "1" }, value as unknown as number);
    assertThrowsWith(observe, InvalidValueError, "size: ");
  }
  assertEquals(seriesOf(family), before);
});

test("native histogram: exemplars go to the classic bucket and to the native list, sorted by value", () => {
  const family = familyOf({ buckets: [1], native: { exemplars: 3 } });
  const values = [4, 0.5, 2];
  for (const value of values) family.observe({ a: "1" }, value, { exemplar: { id: `${value}` } });
  assertEquals(seriesOf(family).exemplars, [["0.5", 0.5], ["2", 2], ["4", 4]]);
  assertEquals(snapshotOf(family).exemplars?.map((one) => one?.labels.id), ["0.5", "2"]);
});

test("native histogram: the number of exemplars is limited, and the closest are dropped", () => {
  const family = familyOf({ native: { exemplars: 3 } });
  for (const value of [1, 10, 100, 11]) {
    family.observe({ a: "1" }, value, { exemplar: { id: `${value}` } });
  }
  assertEquals(seriesOf(family).exemplars, [["1", 1], ["11", 11], ["100", 100]]);
  const none = familyOf({ native: { exemplars: 0 } });
  none.observe({ a: "1" }, 1, { exemplar: { id: "1" } });
  assertEquals(seriesOf(none).exemplars, []);
});

test("native histogram: one bucket too many halves the resolution, and no observation is lost", () =>
  withWallClock((clock) => {
    const family = familyOf({ buckets: [1], native: { factor: 2, maxBuckets: 2 } });
    for (const value of [1, 2, 4]) family.observe({ a: "1" }, value);
    clock.advance(1e6);
    family.observe({ a: "1" }, 1);
    const { classic, sum, created, schema, positive } = seriesOf(family);
    assertEquals({ classic, sum, created, schema, positive }, {
      classic: [2, 2],
      sum: 8,
      created: start,
      schema: -1,
      positive: { 0: 2, 1: 2 },
    });
  }));

/** Runs a test under a time of day, and a clock, that advance together. */
const withTime = (run: (clock: Clock) => void): Promise<void> =>
  withWallClock((day) =>
    withClock((clock) =>
      run({
        advance(seconds) {
          day.advance(seconds);
          clock.advance(seconds);
        },
      })
    )
  );

const resetting: Partial<NativeHistogramOptions> = {
  factor: 2,
  maxBuckets: 2,
  minResetSeconds: 60,
};

test("native histogram: a reset forgets everything at once, and counts the value that caused it", () =>
  withTime((clock) => {
    const family = familyOf({ buckets: [1], native: resetting });
    family.observe({ a: "1" }, 1, { exemplar: { id: "1" } });
    family.observe({ a: "1" }, 2, { exemplar: { id: "2" } });
    clock.advance(60);
    family.observe({ a: "1" }, 4, { exemplar: { id: "4" } });
    assertEquals(seriesOf(family), {
      classic: [0, 1],
      sum: 4,
      created: start + 60,
      schema: 0,
      zeroThreshold: smallest,
      zeroCount: 0,
      positive: { 2: 1 },
      negative: {},
      exemplars: [["4", 4]],
    });
    assertEquals(snapshotOf(family).exemplars?.map((one) => one?.value), [undefined, 4]);
    assertEquals(family.labels({ a: "1" }).get().count, 1);
  }));

test("native histogram: a reset that has to wait happens at the next scrape after its time", () =>
  withTime((clock) => {
    const family = familyOf({ buckets: [1], native: resetting });
    for (const value of [1, 2, 4]) family.observe({ a: "1" }, value, { exemplar: { id: "x" } });
    assertEquals(seriesOf(family).schema, -1);
    clock.advance(59);
    assertEquals(seriesOf(family).classic, [1, 2]);
    clock.advance(1);
    assertEquals(seriesOf(family), {
      classic: [0, 0],
      sum: 0,
      created: start + 60,
      schema: 0,
      zeroThreshold: smallest,
      zeroCount: 0,
      positive: {},
      negative: {},
      exemplars: [],
    });
    clock.advance(1000);
    assertEquals(seriesOf(family).created, start + 60);
  }));

test("native histogram: a reset that has to wait happens at the next observation, if that comes first", () =>
  withTime((clock) => {
    const family = familyOf({ buckets: [1], native: resetting });
    for (const value of [1, 2, 4]) family.observe({ a: "1" }, value);
    clock.advance(61);
    family.observe({ a: "1" }, 0.5);
    clock.advance(5);
    const { classic, sum, created, schema, positive } = seriesOf(family);
    assertEquals({ classic, sum, created, schema, positive }, {
      classic: [1, 0],
      sum: 0.5,
      created: start + 61,
      schema: 0,
      positive: { [-1]: 1 },
    });
  }));

test("native histogram: a reset of one series leaves the others and their times of creation alone", () =>
  withTime((clock) => {
    const family = familyOf({ buckets: [1], native: resetting });
    family.observe({ a: "1" }, 1);
    clock.advance(10);
    for (const value of [1, 2]) family.observe({ a: "2" }, value);
    clock.advance(60);
    family.observe({ a: "2" }, 4);
    const { buckets, sums, created, native = [] } = snapshotOf(family);
    assertEquals([...buckets], [1, 0, 0, 1]);
    assertEquals([...sums], [1, 4]);
    assertEquals(Array.from(created ?? []).slice(0, 2), [start, start + 70]);
    assertEquals(native.map(({ positive }) => positive.indexes), [[0], [2]]);
  }));

test("native histogram: the time of a reset goes by a clock that nobody sets", () =>
  withWallClock((clock) => {
    const family = familyOf({ buckets: [1], native: resetting });
    for (const value of [1, 2]) family.observe({ a: "1" }, value);
    clock.advance(3600);
    family.observe({ a: "1" }, 4);
    assertEquals(seriesOf(family).classic, [1, 2]);
  }));

test("native histogram: without classic buckets it has +Inf alone in text", async () => {
  const registry = new MetricsRegistry();
  const histogram = registry.histogram({ ...definition, native: true });
  assertEquals(await samplesOf(registry), [
    'size_bucket{le="+Inf"} 0',
    "size_sum 0",
    "size_count 0",
  ]);
  for (const value of [1, 2.5, -1]) histogram.observe(value);
  assertEquals(await samplesOf(registry), [
    'size_bucket{le="+Inf"} 3',
    "size_sum 2.5",
    "size_count 3",
  ]);
});

test("native histogram: with classic buckets it has those in text", async () => {
  const registry = new MetricsRegistry();
  registry.histogram({ ...definition, buckets: [1, 2], native: true }).observe(1.5);
  assertEquals(await samplesOf(registry), [
    'size_bucket{le="1.0"} 0',
    'size_bucket{le="2.0"} 1',
    'size_bucket{le="+Inf"} 1',
    "size_sum 1.5",
    "size_count 1",
  ]);
});

test("native histogram: wrong options are refused", () => {
  for (const native of [null, "yes", { buckets: 5 }, { factor: 1 }]) {
    const shape = { native } as HistogramShape;
    const define = () => new MetricsRegistry().histogram({ ...definition, ...shape });
    assertThrowsWith(define, RegistrationError, "size: ", "native");
  }
});

test("native histogram: the same definition gives the same histogram, other options are another definition", () => {
  const registry = new MetricsRegistry();
  const native = { factor: 1.5 };
  const histogram = registry.histogram({ ...definition, native });
  assertStrictEquals(registry.histogram({ ...definition, native: { ...native } }), histogram);
  for (const other of [true, { factor: 2 }, undefined]) {
    const define = () => registry.histogram({ ...definition, native: other });
    assertThrowsWith(define, RegistrationError, "already registered as histogram");
  }
});
