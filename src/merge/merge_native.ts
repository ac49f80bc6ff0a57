import type { NativeBuckets, SparseBuckets } from "../model/snapshot.ts";
import { coarserIndex, nativeUpperBound, sparseBuckets } from "../model/native_index.ts";

/** Exemplars of a merged native histogram; the default of one that is not merged. */
const maxExemplars = 10;

/**
 * Two native histograms as one: at the lower resolution and the larger zero threshold of both, as a
 * server merges them.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/
 */
export function mergeNative(one: NativeBuckets, other: NativeBuckets): NativeBuckets {
  const schema = Math.min(one.schema, other.schema);
  const sides = [one, other].map((native) => ({
    positive: atSchema(native.positive, native.schema - schema),
    negative: atSchema(native.negative, native.schema - schema),
  }));
  const positive = sum(sides.map((side) => side.positive));
  const negative = sum(sides.map((side) => side.negative));
  let zeroThreshold = Math.max(one.zeroThreshold, other.zeroThreshold);
  let zeroCount = one.zeroCount + other.zeroCount;
  // A bucket that reaches into the zero bucket joins it as a whole, which may widen it.
  for (;;) {
    const reaching = [positive, negative].flatMap((buckets) =>
      [...buckets].filter(([index]) => lowerBound(index, schema) < zeroThreshold)
        .map((bucket) => ({ buckets, bucket }))
    );
    if (reaching.length === 0) break;
    for (const { buckets, bucket: [index, count] } of reaching) {
      buckets.delete(index);
      zeroCount += count;
      zeroThreshold = Math.max(zeroThreshold, nativeUpperBound(index, schema));
    }
  }
  return {
    schema,
    zeroThreshold,
    zeroCount,
    positive: sparseBuckets(positive),
    negative: sparseBuckets(negative),
    exemplars: [...one.exemplars, ...other.exemplars]
      .sort((first, second) => second.timestamp - first.timestamp)
      .slice(0, maxExemplars)
      .sort((first, second) => first.value - second.value),
  };
}

type Counts = Map<number, number>;

function atSchema({ indexes, counts }: SparseBuckets, steps: number): Counts {
  const merged: Counts = new Map();
  indexes.forEach((index, at) => {
    const coarse = coarserIndex(index, steps);
    merged.set(coarse, (merged.get(coarse) ?? 0) + counts[at]);
  });
  return merged;
}

function sum([one, other]: readonly Counts[]): Counts {
  for (const [index, count] of other) one.set(index, (one.get(index) ?? 0) + count);
  return one;
}

function lowerBound(index: number, schema: number): number {
  return nativeUpperBound(index - 1, schema);
}
