import { assert, assertEquals, assertFalse } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { SparseBuckets } from "../../../src/model/snapshot.ts";
import {
  type NativeBucketsSnapshot,
  NativeBucketStore,
} from "../../../src/metrics/native/native_buckets.ts";
import { nativeIndex } from "../../../src/model/native_index.ts";
import {
  type NativeBucketOptions,
  readNativeOptions,
} from "../../../src/metrics/native/native_options.ts";

const none: SparseBuckets = { indexes: [], counts: [] };

/** A store whose buckets end at the powers of two, unless the options say otherwise. */
function storeOf(options: Partial<NativeBucketOptions>, clock?: () => number): NativeBucketStore {
  return new NativeBucketStore(readNativeOptions("jobs_seconds", { factor: 2, ...options }), clock);
}

function observeAll(store: NativeBucketStore, ...values: readonly number[]): boolean[] {
  return values.map((value) => store.observe(value));
}

function assertBuckets(store: NativeBucketStore, expected: Partial<NativeBucketsSnapshot>): void {
  const empty = { schema: 0, zeroThreshold: 2 ** -128, zeroCount: 0 };
  assertEquals(store.snapshot(), { ...empty, positive: none, negative: none, ...expected });
}

/** A clock that is set by hand. */
function clockAt(start: number): { now: number; read: () => number } {
  const clock = { now: start, read: () => clock.now };
  return clock;
}

function total({ zeroCount, positive, negative }: NativeBucketsSnapshot): number {
  return [zeroCount, ...positive.counts, ...negative.counts].reduce((sum, count) => sum + count);
}

test("NativeBucketStore: a store begins empty", () => {
  assertBuckets(storeOf({}), {});
  assertBuckets(storeOf({ factor: 1.1 }), { schema: 3 });
});

test("NativeBucketStore: values are counted in the bucket that ends at them or after", () => {
  const store = storeOf({});
  observeAll(store, 1, 1.5, 2, 2.5, 4, 0.3, -3, -4, -5);
  assertBuckets(store, {
    positive: { indexes: [-1, 0, 1, 2], counts: [1, 1, 2, 2] },
    negative: { indexes: [2, 3], counts: [2, 1] },
  });
  assertEquals(store.size, 6);
});

test("NativeBucketStore: NaN has no bucket", () => {
  const store = storeOf({});
  assertFalse(store.observe(NaN));
  assertBuckets(store, {});
});

test("NativeBucketStore: infinities have the bucket after the largest finite number", () => {
  const store = storeOf({});
  observeAll(store, Infinity, Number.MAX_VALUE, -Infinity);
  assertBuckets(store, {
    positive: { indexes: [1024, 1025], counts: [1, 1] },
    negative: { indexes: [1025], counts: [1] },
  });
});

test("NativeBucketStore: values up to the zero threshold count as zero, by default 2^-128", () => {
  const store = storeOf({});
  observeAll(store, 0, -0, 2 ** -128, -(2 ** -128), 5e-324, 2 ** -128 * (1 + 2 ** -52));
  assertBuckets(store, { zeroCount: 5, positive: { indexes: [-127], counts: [1] } });
});

test("NativeBucketStore: with a threshold of 0 only zero counts as zero", () => {
  const store = storeOf({ zeroThreshold: 0 });
  observeAll(store, 0, -0, 5e-324, -5e-324);
  const smallest = { indexes: [-1074], counts: [1] };
  assertBuckets(store, {
    zeroThreshold: 0,
    zeroCount: 2,
    positive: smallest,
    negative: smallest,
  });
});

test("NativeBucketStore: a snapshot does not change with what comes later", () => {
  const store = storeOf({});
  store.observe(1);
  const before = store.snapshot();
  store.observe(1);
  assertEquals(before.positive, { indexes: [0], counts: [1] });
});

test("NativeBucketStore: without a limit there are as many buckets as it takes", () => {
  const store = storeOf({ maxBuckets: 0, zeroThreshold: 0 });
  for (let value = 2 ** -1000; value < 2 ** 1000; value *= 2) store.observe(value);
  assertEquals(store.size, 2000);
  assertEquals(store.snapshot().schema, 0);
});

test("NativeBucketStore: the zero bucket does not count towards the limit", () => {
  const store = storeOf({ maxBuckets: 1 });
  observeAll(store, 0, 1, 0);
  assertBuckets(store, { zeroCount: 2, positive: { indexes: [0], counts: [1] } });
});

test("NativeBucketStore: one bucket too many halves the resolution", () => {
  const store = storeOf({ maxBuckets: 3 });
  observeAll(store, 1, 2, 3, 5);
  assertBuckets(store, { schema: -1, positive: { indexes: [0, 1, 2], counts: [1, 2, 1] } });
  // (4, 16] and (16, 64].
  observeAll(store, 16, 17);
  assertBuckets(store, { schema: -2, positive: { indexes: [0, 1, 2], counts: [1, 4, 1] } });
});

test("NativeBucketStore: buckets far apart halve the resolution more than once", () => {
  const store = storeOf({ maxBuckets: 2 });
  observeAll(store, 1, 16, 256);
  assertBuckets(store, { schema: -3, positive: { indexes: [0, 1], counts: [1, 2] } });
});

test("NativeBucketStore: both signs lose resolution together", () => {
  const store = storeOf({ maxBuckets: 4 });
  observeAll(store, 2, 4, -2, -4, -16);
  assertBuckets(store, {
    schema: -1,
    positive: { indexes: [1], counts: [2] },
    negative: { indexes: [1, 2], counts: [2, 1] },
  });
});

test("NativeBucketStore: at the lowest resolution there may be more buckets than wanted", () => {
  const store = storeOf({ maxBuckets: 3 });
  observeAll(store, 1, 2, -1, -2, 1e6, 1e12);
  assertBuckets(store, {
    schema: -4,
    positive: { indexes: [0, 1, 2, 3], counts: [1, 1, 1, 1] },
    negative: { indexes: [0, 1], counts: [1, 1] },
  });
});

test("NativeBucketStore: the zero bucket takes in its neighbours of both signs, up to its limit", () => {
  const store = storeOf({ maxBuckets: 2, maxZeroThreshold: 1 });
  observeAll(store, 0.25, -0.25, 3);
  assertBuckets(store, {
    zeroThreshold: 0.25,
    zeroCount: 2,
    positive: { indexes: [2], counts: [1] },
  });
  observeAll(store, -0.2, 0.3, 5);
  assertBuckets(store, {
    zeroThreshold: 0.5,
    zeroCount: 4,
    positive: { indexes: [2, 3], counts: [1, 1] },
  });
  store.observe(0.6);
  assertBuckets(store, {
    zeroThreshold: 1,
    zeroCount: 5,
    positive: { indexes: [2, 3], counts: [1, 1] },
  });
  store.observe(1.5);
  assertBuckets(store, {
    schema: -1,
    zeroThreshold: 1,
    zeroCount: 5,
    positive: { indexes: [1, 2], counts: [2, 1] },
  });
});

test("NativeBucketStore: the zero bucket does not take in a bucket that ends beyond its limit", () => {
  const store = storeOf({ maxBuckets: 2, maxZeroThreshold: 0.4 });
  observeAll(store, 0.3, 3, 4.5);
  assertBuckets(store, { schema: -2, positive: { indexes: [0, 1], counts: [1, 2] } });
});

test("NativeBucketStore: if a reset is allowed, one bucket too many leaves only the last value", () => {
  const clock = clockAt(1000);
  const store = storeOf({ maxBuckets: 2, minResetSeconds: 60, maxZeroThreshold: 9 }, clock.read);
  assertEquals(observeAll(store, 0, 1, 2), [false, false, false]);
  clock.now = 1060;
  assertEquals(store.observe(4), true);
  assertBuckets(store, { positive: { indexes: [2], counts: [1] } });
  assertFalse(store.resetIfDue());
});

test("NativeBucketStore: a reset that is too early happens later, at a snapshot", () => {
  const clock = clockAt(1000);
  const store = storeOf({ maxBuckets: 2, minResetSeconds: 60, maxZeroThreshold: 1 }, clock.read);
  clock.now = 1010;
  observeAll(store, 1, 2);
  clock.now = 1069;
  assertEquals(observeAll(store, 4, 8, 16), [false, false, false]);
  const limited: Partial<NativeBucketsSnapshot> = {
    schema: -1,
    zeroThreshold: 1,
    zeroCount: 1,
    positive: { indexes: [1, 2], counts: [2, 2] },
  };
  assertBuckets(store, limited);
  clock.now = 1069.9;
  assertFalse(store.resetIfDue());
  assertBuckets(store, limited);
  clock.now = 1070;
  assert(store.resetIfDue());
  assertBuckets(store, {});
  assertFalse(store.resetIfDue());
});

test("NativeBucketStore: a reset that is too early happens later, at an observation", () => {
  for (const value of [8, NaN]) {
    const clock = clockAt(1000);
    const store = storeOf({ maxBuckets: 2, minResetSeconds: 60 }, clock.read);
    assertEquals(observeAll(store, 1, 2, 4, 1, 1), [false, false, false, false, false]);
    clock.now = 1060;
    assertEquals(observeAll(store, value, 16), [true, false]);
    const indexes = value === 8 ? [3, 4] : [4];
    assertBuckets(store, { positive: { indexes, counts: indexes.map(() => 1) } });
  }
});

test("NativeBucketStore: the time to the next reset counts from the last", () => {
  const clock = clockAt(1000);
  const store = storeOf({ maxBuckets: 2, minResetSeconds: 60 }, clock.read);
  observeAll(store, 1, 2, 4);
  clock.now = 1100;
  assert(store.resetIfDue());
  clock.now = 1159;
  assertEquals(observeAll(store, 1, 2, 4), [false, false, false]);
  assertEquals(store.snapshot().schema, -1);
  clock.now = 1160;
  assert(store.observe(1));
  clock.now = 1220;
  assertEquals(observeAll(store, 2, 4), [false, true]);
  assertBuckets(store, { positive: { indexes: [2], counts: [1] } });
});

test("NativeBucketStore: the time to the first reset counts from the first observation", () => {
  const clock = clockAt(0);
  const store = storeOf({ maxBuckets: 2, minResetSeconds: 60 }, clock.read);
  clock.now = 1000;
  assertEquals(observeAll(store, 1, 2, 4), [false, false, false]);
  assertEquals(store.snapshot().schema, -1);
});

test("NativeBucketStore: without resets the clock is not read", () => {
  const store = storeOf({ maxBuckets: 2 }, () => {
    throw new Error("asked");
  });
  observeAll(store, 1, 2, 4, NaN);
  assertFalse(store.resetIfDue());
  assertEquals(store.size, 2);
});

test("NativeBucketStore: by default the time is that of the system", () => {
  const store = storeOf({ maxBuckets: 1, minResetSeconds: 3600 });
  assertEquals(observeAll(store, 1, 2, 4), [false, false, false]);
  assertFalse(store.resetIfDue());
});

const options = fc.record({
  factor: fc.constantFrom(65536, 4, 2, 1.5, 1.1, 1.003),
  maxBuckets: fc.integer({ min: 0, max: 12 }),
  zeroThreshold: fc.constantFrom(0, 2 ** -128, 0.001, 0.3),
  maxZeroThreshold: fc.constantFrom(0, 0.01, 1, 1e30),
});
const value = fc.oneof(
  fc.double(),
  fc.double({ min: -10, max: 10 }),
  fc.integer({ min: -100, max: 100 }),
);
const values = fc.array(value, { maxLength: 100 });

test("NativeBucketStore: a limited store holds all values, each where its schema and threshold say", () => {
  fc.assert(fc.property(options, values, (options, values) => {
    const store = storeOf(options);
    values.forEach((value, before) => {
      assertFalse(store.observe(value));
      const snapshot = store.snapshot();
      const counted = values.slice(0, before + 1).filter((value) => !Number.isNaN(value));
      assertEquals(total(snapshot), counted.length);
      const { schema } = snapshot;
      const { maxBuckets } = options;
      assert(maxBuckets === 0 || store.size <= maxBuckets || schema === -4);
    });

    const { schema, zeroThreshold, zeroCount, positive, negative } = store.snapshot();
    const apart = values.filter((value) => Math.abs(value) > zeroThreshold);
    const side = (sign: number): SparseBuckets => {
      const indexes = apart.filter((value) => Math.sign(value) === sign)
        .map((value) => nativeIndex(value, schema)).sort((one, other) => one - other);
      const distinct = [...new Set(indexes)];
      return {
        indexes: distinct,
        counts: distinct.map((index) => indexes.filter((other) => other === index).length),
      };
    };
    assertEquals({ positive, negative }, { positive: side(1), negative: side(-1) });
    assertEquals(zeroCount, values.filter((value) => Math.abs(value) <= zeroThreshold).length);
    assert(zeroThreshold <= Math.max(options.zeroThreshold, options.maxZeroThreshold));
  }));
});

test("NativeBucketStore: an owner that resets itself with its store has the same count", () => {
  const moment = fc.record({ value, seconds: fc.integer({ min: 0, max: 30 }) });
  fc.assert(fc.property(options, fc.array(moment, { maxLength: 100 }), (options, moments) => {
    const clock = clockAt(1000);
    const store = storeOf({ ...options, minResetSeconds: 60 }, clock.read);
    let count = 0;
    for (const { value, seconds } of moments) {
      clock.now += seconds;
      if (seconds % 3 === 0 && store.resetIfDue()) count = 0;
      if (store.observe(value)) count = 0;
      if (!Number.isNaN(value)) count++;
      assertEquals(total(store.snapshot()), count);
    }
  }));
});

test("NativeBucketStore: without memory to move the buckets to, nothing that was counted is lost", () => {
  let isFull = false;
  const newArrays = (slots: number) => {
    if (isFull) throw new RangeError("no memory");
    return { keys: new Int32Array(slots), counts: new Float64Array(slots) };
  };
  const cases: [Partial<NativeBucketOptions>, Partial<NativeBucketsSnapshot>][] = [
    [{}, { schema: -1, positive: { indexes: [0, 1, 2], counts: [2, 2, 2] } }],
    [
      { maxZeroThreshold: 2 },
      {
        zeroThreshold: 2,
        zeroCount: 3,
        positive: { indexes: [2, 3, 4], counts: [1, 1, 1] },
      },
    ],
  ];
  for (const [options, later] of cases) {
    const all = readNativeOptions("jobs_seconds", { factor: 2, maxBuckets: 3, ...options });
    const store = new NativeBucketStore(all, undefined, newArrays);
    observeAll(store, 1, 2, 4);
    isFull = true;
    observeAll(store, 8, 1);
    assertBuckets(store, { positive: { indexes: [0, 1, 2, 3], counts: [2, 1, 1, 1] } });
    isFull = false;
    // The next observation makes room.
    observeAll(store, 16);
    assertBuckets(store, later);
  }
});
