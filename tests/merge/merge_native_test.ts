import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { NativeBuckets } from "../../src/core.ts";
import { mergeNative } from "../../src/merge/merge_native.ts";

function native(part: Partial<NativeBuckets> = {}): NativeBuckets {
  const none = { indexes: [], counts: [] };
  return {
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 0,
    positive: none,
    negative: none,
    exemplars: [],
    ...part,
  };
}

const at = (...buckets: readonly (readonly [index: number, count: number])[]) => ({
  indexes: buckets.map(([index]) => index),
  counts: buckets.map(([, count]) => count),
});

test("mergeNative(): the ten newest exemplars stay, sorted by value", () => {
  const exemplars = (from: number) =>
    Array.from({ length: 8 }, (_, step) => ({
      labels: { id: String(from + step) },
      value: 100 - step * 7 - from,
      timestamp: from + step * 2,
    }));
  // Times 0, 2 … 14 and 1, 3 … 15: those from 6 on stay.
  const one = native({ exemplars: exemplars(0) });
  const other = native({ exemplars: exemplars(1) });
  for (const merged of [mergeNative(one, other), mergeNative(other, one)]) {
    const times = merged.exemplars.map(({ timestamp }) => timestamp);
    assertEquals(times.toSorted((first, second) => first - second), [
      6,
      7,
      8,
      9,
      10,
      11,
      12,
      13,
      14,
      15,
    ]);
    const values = merged.exemplars.map(({ value }) => value);
    assertEquals(values, values.toSorted((first, second) => first - second));
  }
});

test("mergeNative(): buckets of one resolution add up, on both sides", () => {
  const one = native({ zeroCount: 1, positive: at([1, 2], [3, 4]), negative: at([1, 5]) });
  const other = native({ zeroCount: 2, positive: at([2, 1], [3, 1]), negative: at([0, 1]) });
  assertEquals(
    mergeNative(one, other),
    native({ zeroCount: 3, positive: at([1, 2], [2, 1], [3, 5]), negative: at([0, 1], [1, 5]) }),
  );
});

test("mergeNative(): the coarser resolution is that of both", () => {
  // At schema 1 the buckets 1 and 2 end at 2^0.5 and 2: together they are bucket 1 of schema 0.
  const fine = native({ schema: 1, positive: at([1, 2], [2, 3], [3, 4]) });
  const coarse = native({ schema: 0, positive: at([1, 10]) });
  const expected = native({ positive: at([1, 15], [2, 4]) });
  assertEquals(mergeNative(fine, coarse), expected);
  assertEquals(mergeNative(coarse, fine), expected);
});

test("mergeNative(): what begins at the zero threshold stays, what begins below is zero", () => {
  // Bucket 1 of schema 0 is (1, 2].
  const buckets = native({ positive: at([1, 2], [2, 3]), negative: at([1, 4]) });
  assertEquals(
    mergeNative(buckets, native({ zeroThreshold: 1 })),
    native({ zeroThreshold: 1, positive: at([1, 2], [2, 3]), negative: at([1, 4]) }),
  );
  assertEquals(
    mergeNative(native({ zeroThreshold: 1.5 }), buckets),
    native({ zeroThreshold: 2, zeroCount: 6, positive: at([2, 3]) }),
  );
});

test("mergeNative(): finer resolutions are made coarser by their difference", () => {
  // Buckets 1 and 2 of schema 2 are bucket 1 of schema 1, whose bucket 2 they do not reach.
  const fine = native({ schema: 2, positive: at([1, 2], [2, 3]), negative: at([1, 1], [3, 7]) });
  const coarse = native({ schema: 1, positive: at([1, 10]), negative: at([2, 20]) });
  const expected = native({ schema: 1, positive: at([1, 15]), negative: at([1, 1], [2, 27]) });
  assertEquals(mergeNative(fine, coarse), expected);
  assertEquals(mergeNative(coarse, fine), expected);
});
