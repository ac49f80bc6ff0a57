import type { SparseBuckets } from "../../model/snapshot.ts";

/** A run of neighbouring buckets. */
export interface BucketSpan {
  /** The index of the first span's first bucket; for another span, the gap before it. */
  readonly offset: number;
  /** How many buckets it has. */
  readonly length: number;
}

/** Native buckets as the formats carry them: runs of indexes, and a count for each index in them. */
export interface SpannedBuckets {
  /** The runs, ascending. */
  readonly spans: readonly BucketSpan[];
  /** Observations in each bucket of the runs, 0 in those that fill a gap. */
  readonly counts: readonly number[];
}

/**
 * Puts buckets into runs.
 *
 * @param fill The longest gap that is filled with empty buckets, where that is shorter to write
 * than to begin a new run.
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
