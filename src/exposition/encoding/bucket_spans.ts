import type { SparseBuckets } from "../../model/snapshot.ts";

/** A span: a run of neighboring buckets. */
export interface BucketSpan {
  /** In the first span the index of its first bucket; in each other one the gap before it. */
  readonly offset: number;
  /** Number of buckets. */
  readonly length: number;
}

/** Native buckets of one sign as the formats carry them: spans, and a count for each bucket. */
export interface SpannedBuckets {
  /** The spans, ascending. */
  readonly spans: readonly BucketSpan[];
  /** Number of observations in each bucket of the spans; 0 in those that fill a gap. */
  readonly counts: readonly number[];
}

/**
 * Groups buckets into spans.
 *
 * @param fill The longest gap that is filled with empty buckets, because a new span is longer.
 */
export function spanBuckets({ indexes, counts }: SparseBuckets, fill: number): SpannedBuckets {
  const spans: { offset: number; length: number }[] = [];
  const filled: number[] = [];
  let next = 0;
  indexes.forEach((index, position) => {
    const gap = index - next;
    const span = spans.at(-1);
    if (span === undefined || gap > fill) {
      spans.push({ offset: gap, length: 1 });
    } else {
      for (let empty = 0; empty < gap; empty++) filled.push(0);
      span.length += gap + 1;
    }
    filled.push(counts[position]);
    next = index + 1;
  });
  return { spans, counts: filled };
}
