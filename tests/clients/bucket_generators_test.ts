import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { exponentialBuckets, linearBuckets } from "../../src/clients/bucket_generators.ts";

test("linear buckets begin at the start and are as wide as said", () => {
  assertEquals(linearBuckets(-10, 5, 4), [-10, -5, 0, 5]);
  assertEquals(linearBuckets(0.1, 0.1, 3), [0.1, 0.2, 0.30000000000000004]);
  assertEquals(linearBuckets(1, 0, 1), [1]);
});

test("each exponential bucket is a multiple of the one before, rounded as products are", () => {
  assertEquals(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
  const bounds = exponentialBuckets(0.05, 1.1, 60);
  for (let index = 1; index < 60; index++) assertEquals(bounds[index], bounds[index - 1]! * 1.1);
});

test("arguments that make no buckets are refused", () => {
  const refused: [() => unknown, string][] = [
    [() => linearBuckets(1, 1, 0), "Linear buckets needs a positive count"],
    [() => linearBuckets(1, 1, -1), "Linear buckets needs a positive count"],
    [() => exponentialBuckets(0, 2, 1), "Exponential buckets needs a positive start"],
    [() => exponentialBuckets(1, 2, 0), "Exponential buckets needs a positive count"],
    [() => exponentialBuckets(1, 1, 1), "Exponential buckets needs a factor greater than 1"],
    // The first of several reasons is the one that is told.
    [() => exponentialBuckets(0, 1, 0), "Exponential buckets needs a positive start"],
    [() => exponentialBuckets(1, 1, 0), "Exponential buckets needs a positive count"],
  ];
  for (const [call, message] of refused) {
    assertEquals(assertThrows(call, Error).message, message);
  }
  assertThrows(() => linearBuckets(1, 1, 1.5), RangeError);
  assertThrows(() => exponentialBuckets(1, 2, 1.5), RangeError);
});
