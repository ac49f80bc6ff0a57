import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { SparseBuckets } from "../../../src/model/snapshot.ts";
import { BucketCounts } from "../../../src/metrics/native/bucket_counts.ts";

interface Observation {
  readonly index: number;
  readonly isNegative: boolean;
}

// Few near to each other, many that differ only in their upper bits, and the outermost.
const index = fc.oneof(
  fc.integer({ min: -20, max: 20 }),
  fc.integer({ min: -1000, max: 1000 }).map((exponent) => exponent * 256),
  fc.constantFrom(-274944, 262145),
);
const observations = fc.array(fc.record({ index, isNegative: fc.boolean() }), { maxLength: 300 });

function countsOf(observations: readonly Observation[]): BucketCounts {
  const counts = new BucketCounts();
  for (const { index, isNegative } of observations) counts.increment(index, isNegative);
  return counts;
}

/** The same, counted in an obvious way. */
function side(observations: readonly Observation[], isNegative: boolean): SparseBuckets {
  const counts = new Map<number, number>();
  for (const observation of observations) {
    if (observation.isNegative !== isNegative) continue;
    counts.set(observation.index, (counts.get(observation.index) ?? 0) + 1);
  }
  const sorted = [...counts].sort(([one], [other]) => one - other);
  return { indexes: sorted.map(([index]) => index), counts: sorted.map(([, count]) => count) };
}

function assertCounts(counts: BucketCounts, observations: readonly Observation[]): void {
  const positive = side(observations, false);
  const negative = side(observations, true);
  assertEquals(counts.snapshot(), { positive, negative });
  assertEquals(counts.size, positive.indexes.length + negative.indexes.length);
}

/** The index at a schema coarser by some steps; never -0. */
function coarser({ index, isNegative }: Observation, steps: number): Observation {
  return { index: Math.ceil(index / (1 << steps)) + 0, isNegative };
}

test("BucketCounts: observations are counted by index and sign, in order", () => {
  fc.assert(fc.property(observations, (observations) => {
    assertCounts(countsOf(observations), observations);
  }));
});

test("BucketCounts: half the resolution makes two buckets one", () => {
  fc.assert(fc.property(observations, (observations) => {
    const counts = countsOf(observations);
    counts.halve();
    assertCounts(counts, observations.map((observation) => coarser(observation, 1)));
  }));
});

test("BucketCounts: the lowest buckets can be taken out, one by one", () => {
  fc.assert(fc.property(observations, (observations) => {
    const counts = countsOf(observations);
    const indexes = [...new Set(observations.map(({ index }) => index))].sort((a, b) => a - b);
    let rest: readonly Observation[] = observations;
    for (const index of indexes) {
      assertEquals(counts.lowest(), index);
      const left = rest.filter((observation) => observation.index !== index);
      assertEquals(counts.take(index), rest.length - left.length);
      assertCounts(counts, left);
      rest = left;
    }
    assertEquals(counts.lowest(), Infinity);
    assertEquals(counts.take(0), 0);
  }));
});

test("BucketCounts: counts of a finer schema can be added", () => {
  const steps = fc.integer({ min: 0, max: 10 });
  fc.assert(fc.property(observations, observations, steps, (own, added, steps) => {
    const counts = countsOf(own);
    counts.addAll(countsOf(added), steps);
    assertCounts(counts, [...own, ...added.map((observation) => coarser(observation, steps))]);
  }));
});

test("BucketCounts: cleared counts begin again", () => {
  fc.assert(fc.property(observations, observations, (before, after) => {
    const counts = countsOf(before);
    counts.clear();
    assertCounts(counts, []);
    for (const { index, isNegative } of after) counts.increment(index, isNegative);
    assertCounts(counts, after);
  }));
});
