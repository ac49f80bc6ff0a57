import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import type { Exemplar } from "../../../src/model/exemplar.ts";
import { NativeExemplars } from "../../../src/metrics/native/native_exemplars.ts";

type Added = readonly [value: number, timestamp: number];

function exemplar([value, timestamp]: Added): Exemplar {
  return { labels: { trace_id: `${value}@${timestamp}` }, value, timestamp };
}

function exemplarsOf(limit: number, added: readonly Added[], ttlSeconds = 300): NativeExemplars {
  const exemplars = new NativeExemplars(limit, ttlSeconds);
  for (const each of added) exemplars.add(exemplar(each));
  return exemplars;
}

const scenarios: [name: string, limit: number, added: Added[], kept: Added[]][] = [
  ["none at first", 3, [], []],
  ["sorted by value", 3, [[10, 1], [-1, 2], [5, 3]], [[-1, 2], [5, 3], [10, 1]]],
  ["none where none are wanted", 0, [[1, 1]], []],
  ["only the last where one is wanted", 1, [[1, 3], [100, 2], [50, 1]], [[50, 1]]],
  ["none of NaN", 3, [[NaN, 1]], []],
  [
    "of a new value and its neighbour the new one",
    3,
    [[1, 1], [10, 2], [100, 3], [11, 4]],
    [[1, 1], [11, 4], [100, 3]],
  ],
  [
    "of a new value below its neighbour the new one",
    3,
    [[1, 1], [10, 2], [100, 3], [95, 4]],
    [[1, 1], [10, 2], [95, 4]],
  ],
  [
    "of two that were close before the newer",
    3,
    [[1, 1], [10, 3], [11, 2], [1000, 4]],
    [[1, 1], [10, 3], [1000, 4]],
  ],
  [
    // 0.001 and 0.01 are near to each other, but 1000 and 2000 are nearer on a logarithmic scale.
    "a small value although others are further apart",
    3,
    [[0.001, 1], [1000, 2], [2000, 3], [0.01, 4]],
    [[0.001, 1], [0.01, 4], [2000, 3]],
  ],
  ["the newest of equal values", 2, [[5, 1], [5, 2], [5, 3], [5, 4]], [[5, 3], [5, 4]]],
  [
    "negative values by their distance from zero",
    3,
    [[-100, 1], [-1, 2], [1, 3], [-90, 4]],
    [[-90, 4], [-1, 2], [1, 3]],
  ],
  [
    "zero, which is far from everything",
    3,
    [[0, 1], [1e-300, 2], [1, 3], [2, 4]],
    [[0, 1], [1e-300, 2], [2, 4]],
  ],
  [
    "of several zeros the newest",
    3,
    [[1, 1], [0, 2], [5, 3], [0, 4]],
    [[0, 4], [1, 1], [5, 3]],
  ],
  ["the newest where all are far apart", 2, [[-1, 1], [0, 2], [1, 3]], [[0, 2], [1, 3]]],
  [
    "the new one although it claims to be old",
    2,
    [[1, 10], [100, 10], [90, 1]],
    [[1, 10], [90, 1]],
  ],
  [
    "infinities",
    3,
    [[Infinity, 1], [1, 2], [Infinity, 3], [-Infinity, 4]],
    [[-Infinity, 4], [1, 2], [Infinity, 3]],
  ],
  [
    "not the oldest once it is too old",
    3,
    [[1, 1], [10, 2], [100, 3], [99, 302]],
    [[10, 2], [99, 302], [100, 3]],
  ],
  [
    "the oldest while it is just not too old",
    3,
    [[1, 1], [10, 2], [100, 3], [99, 301]],
    [[1, 1], [10, 2], [99, 301]],
  ],
];

for (const [name, limit, added, kept] of scenarios) {
  test(`NativeExemplars retain ${name}`, () => {
    assertEquals(exemplarsOf(limit, added).snapshot(), kept.map(exemplar));
  });
}

test("NativeExemplars: an old exemplar stays while there is room", () => {
  assertEquals(exemplarsOf(2, [[1, 1], [2, 1e9]]).snapshot().length, 2);
});

test("NativeExemplars: without a time to live, no exemplar is removed for its age", () => {
  const exemplars = exemplarsOf(2, [[1, 1], [100, 2], [99, 1e9]], Infinity);
  assertEquals(exemplars.snapshot(), [exemplar([1, 1]), exemplar([99, 1e9])]);
});

test("NativeExemplars: a snapshot does not change with what comes later", () => {
  const exemplars = exemplarsOf(3, [[1, 1]]);
  const before = exemplars.snapshot();
  exemplars.add(exemplar([2, 2]));
  assertEquals(before, [exemplar([1, 1])]);
});

test("NativeExemplars: they are few and sorted, and the newest is among them", () => {
  const added = fc.array(fc.tuple(fc.double({ noNaN: true }), fc.integer({ min: 0, max: 1000 })));
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 }), added, (limit, added) => {
    const exemplars = new NativeExemplars(limit, 300);
    added.map(exemplar).forEach((newest, before) => {
      exemplars.add(newest);
      const kept = exemplars.snapshot();
      assertStrictEquals(kept.length, Math.min(before + 1, limit));
      assert(kept.includes(newest));
      assert(kept.every(({ value }, at) => at === 0 || kept[at - 1].value <= value));
    });
  }));
});
