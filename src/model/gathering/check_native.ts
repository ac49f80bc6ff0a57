import { display } from "../errors.ts";
import { coarsestSchema, finestSchema } from "../native_index.ts";
import type { BucketedSnapshot, NativeBuckets, SparseBuckets } from "../snapshot.ts";

/** Throws an error that names the family. */
export type Fail = (problem: string) => never;

/** Beyond any index of a double, which at the finest schema are from -274,944 to 262,145. */
const indexLimit = 2 ** 19;

/**
 * Copies the native buckets of a row, and refuses those that do not agree: because of one such row
 * Prometheus 2.42, 2.53 and 3.5 all refuse the whole page.
 *
 * @param family What the row has besides; its classic buckets tell the count.
 * @param fail Throws the error.
 */
export function copyNative(
  given: NativeBuckets,
  { bounds, buckets, sums }: BucketedSnapshot,
  row: number,
  fail: Fail,
): NativeBuckets {
  const { schema, zeroThreshold, zeroCount, exemplars } = Object(given) as NativeBuckets;
  if (!(Number.isInteger(schema) && schema >= coarsestSchema && schema <= finestSchema)) {
    fail(`has the schema ${display(schema)}; give a whole number from -4 to 8`);
  }
  for (const [what, number] of Object.entries({ zeroThreshold, zeroCount })) {
    if (!isFiniteCount(number)) {
      fail(`has a ${what} of ${display(number)}; give a number from 0 up`);
    }
  }
  const [positive, negative] = [given.positive, given.negative].map((each) => {
    const { indexes, counts } = Object(each) as SparseBuckets;
    if (!(Array.isArray(indexes) && Array.isArray(counts) && indexes.length === counts.length)) {
      return fail("needs lists of as many indexes as counts");
    }
    const copy = { indexes: [...indexes], counts: [...counts] };
    copy.indexes.forEach((index, at) => {
      const isNext = Number.isInteger(index) && Math.abs(index) < indexLimit &&
        !(copy.indexes[at - 1] >= index);
      if (!isNext) fail(`has the index ${display(index)}; give whole numbers, ascending`);
      const count = copy.counts[at];
      if (!isFiniteCount(count)) fail(`has a bucket of ${display(count)}; give a number from 0 up`);
    });
    return copy;
  });
  const size = bounds.length + 1;
  const classic = [...buckets.subarray(row * size, (row + 1) * size)];
  const sparse = [zeroCount, ...positive.counts, ...negative.counts];
  const [count, inBuckets] = [classic, sparse].map((counts) =>
    counts.reduce((total, each) => total + each, 0)
  );
  // What is NaN counts and is in no bucket. Servers do not compare fractions.
  const isSame = Number.isNaN(sums[row]) ? inBuckets <= count : inBuckets === count;
  const areWhole = [...classic, ...sparse].every(Number.isInteger);
  if (areWhole && !(isSame && Number.isSafeInteger(count))) {
    fail(`has ${inBuckets} observations, but buckets has ${count}; give the same number to both`);
  }
  return {
    schema,
    zeroThreshold,
    zeroCount,
    positive,
    negative,
    exemplars: Array.isArray(exemplars) ? exemplars : [],
  };
}

function isFiniteCount(count: unknown): boolean {
  return typeof count === "number" && count >= 0 && count < Infinity;
}
