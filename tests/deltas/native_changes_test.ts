import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { NativeBuckets } from "../../src/core.ts";
import { isSameNative, nativeChange } from "../../src/deltas/native_changes.ts";
import { mergeNative } from "../../src/merge/merge_native.ts";
import { NativeBucketStore } from "../../src/metrics/native/native_buckets.ts";

const none = { indexes: [], counts: [] };

function native(part: Partial<NativeBuckets> = {}): NativeBuckets {
  const empty = { schema: 0, zeroThreshold: 0, zeroCount: 0, positive: none, negative: none };
  return { ...empty, exemplars: [], ...part };
}

const at = (...buckets: readonly (readonly [index: number, count: number])[]) => ({
  indexes: buckets.map(([index]) => index),
  counts: buckets.map(([, count]) => count),
});

const exemplar = (timestamp: number) => ({ labels: { id: `${timestamp}` }, value: 1, timestamp });

test("nativeChange(): it has the buckets that changed, and the newer exemplars", () => {
  const before = native({
    zeroCount: 1,
    positive: at([1, 2], [2, 3], [5, 1]),
    exemplars: [exemplar(3), exemplar(1)],
  });
  const now = native({
    zeroCount: 3,
    positive: at([1, 2], [2, 7], [3, 1], [5, 1]),
    negative: at([-2, 1]),
    exemplars: [exemplar(4), exemplar(3), exemplar(2)],
  });
  const change = native({
    zeroCount: 2,
    positive: at([2, 4], [3, 1]),
    negative: at([-2, 1]),
    exemplars: [exemplar(4)],
  });
  assertEquals(nativeChange(before, now), change);
  assertEquals(nativeChange(now, now), native());
});

test("nativeChange(): a lower resolution and a wider zero bucket are in it", () => {
  // At schema 1 the buckets 1 to 4 end at 2^0.5, 2, 2^1.5 and 4.
  const before = native({ schema: 1, positive: at([1, 1], [2, 2], [3, 3], [4, 4]) });
  const coarse = native({ positive: at([1, 3], [2, 9]) });
  assertEquals(nativeChange(before, coarse), native({ positive: at([2, 2]) }));
  const wide = native({ zeroThreshold: 2, zeroCount: 4, positive: at([2, 7]) });
  assertEquals(
    nativeChange(before, wide),
    native({ zeroThreshold: 2, zeroCount: 1 }),
  );
  assertEquals(mergeNative(before, native({ zeroThreshold: 2, zeroCount: 1 })), wide);
});

test("nativeChange(): a bucket that reaches into the wider zero bucket joins it, as merged ones do", () => {
  const before = native({ schema: 1, positive: at([1, 1], [2, 2]) });
  // Bucket 1 ended at 2^0.5 and became zero, and then bucket 2 became (1, 2].
  const now = native({ zeroThreshold: Math.SQRT2, zeroCount: 1, positive: at([1, 3]) });
  const change = native({ zeroThreshold: 2, zeroCount: 1 });
  assertEquals(nativeChange(before, now), change);
  assertEquals(mergeNative(before, change), mergeNative(now, native({ zeroThreshold: 2 })));
});

test("nativeChange(): there is none after a reset", () => {
  const before = native({ zeroThreshold: 1, zeroCount: 2, positive: at([3, 2], [5, 1]) });
  const resets: readonly Partial<NativeBuckets>[] = [
    { zeroCount: 1 },
    { positive: at([3, 1], [5, 1]) },
    { positive: at([3, 2], [4, 1]) },
    { positive: at([4, 7], [5, 1]) },
    { positive: at([3, 2]) },
    { positive: none },
    { schema: 1 },
    { zeroThreshold: 0.5 },
  ];
  for (const reset of resets) {
    assertEquals(nativeChange(before, { ...before, ...reset }), undefined);
    const sides = { positive: none, negative: reset.positive ?? before.positive };
    const mirrored = { ...before, positive: none, negative: before.positive };
    assertEquals(nativeChange(mirrored, { ...before, ...reset, ...sides }), undefined);
  }
  // A lower resolution, and yet fewer.
  assertEquals(nativeChange(native({ schema: 1, zeroCount: 1 }), native()), undefined);
  // Widened over a bucket that went elsewhere.
  assertEquals(
    nativeChange(native({ positive: at([1, 1]) }), native({ zeroThreshold: 1.5, zeroCount: 0 })),
    undefined,
  );
});

test("nativeChange(): empty buckets may be there or not", () => {
  const one = native({ positive: at([1, 0], [2, 1], [7, 0]) });
  const other = native({ positive: at([2, 1], [4, 0]) });
  assertEquals(nativeChange(one, other), native());
  assertEquals(nativeChange(other, one), native());
});

test("isSameNative(): any number or newer exemplar makes a difference", () => {
  const one = native({ positive: at([1, 2]), negative: at([1, 2]), exemplars: [exemplar(1)] });
  const others: readonly Partial<NativeBuckets>[] = [
    { schema: 1 },
    { zeroThreshold: 1 },
    { zeroCount: 1 },
    { positive: at([1, 3]) },
    { negative: at([2, 2]) },
    { positive: at([1, 2], [2, 1]) },
    { exemplars: [exemplar(2)] },
  ];
  for (const other of others) assert(!isSameNative(one, { ...one, ...other }));
  assert(isSameNative(one, structuredClone(one)));
  assert(isSameNative(one, { ...one, exemplars: [exemplar(0.5)] }));
});

const options = fc.record({
  factor: fc.constantFrom(1.01, 1.1, 1.5, 4),
  maxBuckets: fc.constantFrom(0, 1, 4, 10),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.5),
  maxZeroThreshold: fc.constantFrom(0, 0.6, 1.6, 40),
  minResetSeconds: fc.constant(0),
});
const observed = fc.oneof(
  fc.double({ min: -50, max: 50, noNaN: true }),
  fc.constantFrom(0, 1, -1, 1.2, 1.5, 1.9, Infinity, -Infinity, 5e-324, NaN),
);
const intervals = fc.array(fc.array(observed, { maxLength: 12 }), { minLength: 2, maxLength: 6 });

test("nativeChange(): merged with what was, it gives what is, whatever was observed", () => {
  let narrowed = 0;
  fc.assert(
    fc.property(options, intervals, (options, intervals) => {
      const store = new NativeBucketStore({ ...options });
      const snapshots = intervals.map((interval) => {
        interval.forEach((value) => store.observe(value));
        return { ...store.snapshot(), exemplars: [] };
      });
      snapshots.slice(1).forEach((now, step) => {
        const before = snapshots[step];
        if (now.schema < before.schema || now.zeroThreshold > before.zeroThreshold) narrowed++;
        const change = nativeChange(before, now);
        assert(change !== undefined);
        const merged = mergeNative(before, change);
        // A store may have a bucket that reaches into the zero bucket; a merged one has not.
        const nothing = native({ schema: now.schema, zeroThreshold: merged.zeroThreshold });
        assertEquals(merged, mergeNative(now, nothing));
        const isPlain = options.maxZeroThreshold === 0 && options.zeroThreshold === 0;
        if (isPlain) assertEquals(merged, now);
      });
      // All changes together.
      const [first, ...others] = snapshots.slice(1)
        .map((now, step) => nativeChange(snapshots[step], now)!);
      const total = others.reduce(mergeNative, mergeNative(snapshots[0], first));
      const last = snapshots.at(-1)!;
      const nothing = native({ schema: last.schema, zeroThreshold: total.zeroThreshold });
      assertEquals(total, mergeNative(last, nothing));
    }),
    { numRuns: 400 },
  );
  assert(narrowed > 50, `${narrowed} times it lost resolution`);
});
