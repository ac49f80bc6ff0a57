import { mergeNative } from "../../merge/merge_native.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import { coarsestSchema } from "../../model/native_index.ts";
import type { NativeBuckets, SparseBuckets } from "../../model/snapshot.ts";

/** Buckets of a row. Each client keeps to 160 by itself, but together they may have others. */
const mostBuckets = 640;

const none: SparseBuckets = { indexes: [], counts: [] };

/**
 * Native buckets of a client as a row has them, or together with what the row has.
 *
 * @param now The aggregator's time, which no exemplar may be ahead of.
 */
export function addNative(
  present: NativeBuckets | undefined,
  added: NativeBuckets,
  now = Infinity,
): NativeBuckets {
  const exemplars = added.exemplars.map((exemplar) => cappedExemplar(exemplar, now));
  let sum = mergeNative(present ?? emptyNative(added), { ...added, exemplars });
  while (
    sum.positive.indexes.length + sum.negative.indexes.length > mostBuckets &&
    sum.schema > coarsestSchema
  ) sum = mergeNative(sum, emptyNative({ ...sum, schema: sum.schema - 1 }));
  return sum;
}

/** The same buckets without observations. */
export function emptyNative({ schema, zeroThreshold }: NativeBuckets): NativeBuckets {
  return { schema, zeroThreshold, zeroCount: 0, positive: none, negative: none, exemplars: [] };
}

/** The newer of two exemplars. */
export function newerExemplar(
  present: Exemplar | undefined,
  given: Exemplar,
  now = Infinity,
): Exemplar {
  const added = cappedExemplar(given, now);
  return present !== undefined && present.timestamp > added.timestamp ? present : added;
}

/** None is ahead of the aggregator's time, or it would stay for so long. */
function cappedExemplar(exemplar: Exemplar, now: number): Exemplar {
  return exemplar.timestamp > now ? { ...exemplar, timestamp: now } : exemplar;
}
