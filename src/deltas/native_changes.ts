import { mergeNative } from "../merge/merge_native.ts";
import type { Exemplar } from "../model/exemplar.ts";
import type { NativeBuckets, SparseBuckets } from "../model/snapshot.ts";
import { isSame } from "./match_rows.ts";

/** Whether a native histogram has the same buckets as before, and no newer exemplar. */
export function isSameNative(before: NativeBuckets, now: NativeBuckets): boolean {
  return before === now || (before.schema === now.schema &&
    before.zeroThreshold === now.zeroThreshold && before.zeroCount === now.zeroCount &&
    isSameSide(before.positive, now.positive) && isSameSide(before.negative, now.negative) &&
    newExemplars(before, now).length === 0);
}

/**
 * What is to be merged into a native histogram so that it is as it is now, with the newer exemplars
 * only. Meanwhile it may have lost resolution and widened its zero bucket, which the delta then does
 * to others too. The merged one has no bucket that reaches into the zero bucket.
 *
 * @returns `undefined` if it was reset in between: it has fewer observations in a bucket, or a finer
 * resolution.
 */
export function nativeChange(before: NativeBuckets, now: NativeBuckets): NativeBuckets | undefined {
  if (now.schema > before.schema || now.zeroThreshold < before.zeroThreshold) return undefined;
  const { schema } = now;
  let [from, to] = [before, now];
  if (before.schema !== schema || before.zeroThreshold !== now.zeroThreshold) {
    // The zero bucket of each may swallow a bucket of the other, as when they are merged.
    from = widened(from, schema, now.zeroThreshold);
    to = widened(to, schema, from.zeroThreshold);
  }
  const zeroCount = to.zeroCount - from.zeroCount;
  const positive = grown(from.positive, to.positive);
  const negative = grown(from.negative, to.negative);
  if (zeroCount < 0 || positive === undefined || negative === undefined) return undefined;
  const { zeroThreshold } = to;
  const exemplars = newExemplars(before, now);
  return { schema, zeroThreshold, zeroCount, positive, negative, exemplars };
}

const none: SparseBuckets = { indexes: [], counts: [] };

/** The buckets at another resolution and zero threshold, as they are in a merged histogram. */
function widened(native: NativeBuckets, schema: number, zeroThreshold: number): NativeBuckets {
  const nothing = { schema, zeroThreshold, zeroCount: 0, positive: none, negative: none };
  return mergeNative(native, { ...nothing, exemplars: [] });
}

/** The buckets that have more observations than before, with these; `undefined` if one has fewer. */
function grown(before: SparseBuckets, now: SparseBuckets): SparseBuckets | undefined {
  const indexes: number[] = [];
  const counts: number[] = [];
  let at = 0;
  for (const [position, index] of now.indexes.entries()) {
    // An empty bucket may be there or not.
    while (before.indexes[at] < index) if (before.counts[at++] > 0) return undefined;
    const count = now.counts[position] - (before.indexes[at] === index ? before.counts[at++] : 0);
    if (count < 0) return undefined;
    if (count === 0) continue;
    indexes.push(index);
    counts.push(count);
  }
  return before.counts.slice(at).some((count) => count > 0) ? undefined : { indexes, counts };
}

/** The exemplars that are newer than all before. */
function newExemplars(before: NativeBuckets, now: NativeBuckets): readonly Exemplar[] {
  if (now.exemplars.length === 0) return [];
  const last = Math.max(...before.exemplars.map(({ timestamp }) => timestamp));
  return now.exemplars.filter(({ timestamp }) => timestamp > last);
}

function isSameSide(before: SparseBuckets, now: SparseBuckets): boolean {
  return isSame(before.indexes, now.indexes) && isSame(before.counts, now.counts);
}
