import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { defaultBuckets, exponentialBuckets, linearBuckets, RegistrationError } from "../../mod.ts";
import { readBuckets } from "../../src/metrics/buckets.ts";
import { assertThrowsWith } from "../support/rejects.ts";

test("linearBuckets() have equal distances", () => {
  assertEquals(linearBuckets(10, 5, 4), [10, 15, 20, 25]);
  assertEquals(linearBuckets(-1, 0.5, 3), [-1, -0.5, 0]);
  assertEquals(linearBuckets(0, 1, 1), [0]);
});

test("linearBuckets() do not add up rounding errors", () => {
  const buckets = linearBuckets(0, 0.1, 1001);
  assertEquals([buckets[3], buckets[1000]], [0.3, 100]);
  assertEquals(linearBuckets(0.1, 0.1, 8), [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
  assertEquals(linearBuckets(-0.7, 0.1, 3), [-0.7, -0.6, -0.5]);
  assertEquals(linearBuckets(1e-9, 1e-10, 3), [1e-9, 1.1e-9, 1.2e-9]);
});

test("linearBuckets() that differ after the 15th digit only are not rounded", () => {
  const next = 1 + Number.EPSILON;
  assertEquals(linearBuckets(1, Number.EPSILON, 2), [1, next]);
  assertEquals(exponentialBuckets(1, next, 2), [1, next]);
  assertEquals(linearBuckets(Number.MAX_VALUE, 1, 1), [Number.MAX_VALUE]);
});

test("exponentialBuckets() grow by a factor", () => {
  assertEquals(exponentialBuckets(1, 2, 5), [1, 2, 4, 8, 16]);
  assertEquals(exponentialBuckets(0.001, 2, 16).at(-1), 32.768);
  assertEquals(exponentialBuckets(5, 1.5, 1), [5]);
  assertEquals(exponentialBuckets(0.1, 1.1, 4), [0.1, 0.11, 0.121, 0.1331]);
});

const wrong: [() => unknown, ...string[]][] = [
  [() => linearBuckets(0, 1, 0), "linearBuckets: count 0", "an integer above 0"],
  [() => linearBuckets(0, 1, -1), "linearBuckets: count -1"],
  [() => linearBuckets(0, 1, 1.5), "linearBuckets: count 1.5"],
  [() => linearBuckets(0, 1, NaN), "linearBuckets: count NaN"],
  [() => linearBuckets(0, 1, Infinity), "linearBuckets: count Infinity"],
  [() => linearBuckets(0, 1, "2" as unknown as number), `linearBuckets: count "2"`],
  [() => linearBuckets(NaN, 1, 2), "linearBuckets: start NaN"],
  [() => linearBuckets(Infinity, 1, 2), "linearBuckets: start Infinity"],
  [() => linearBuckets(0, 0, 2), "linearBuckets: ", "width 0", "above 0"],
  [() => linearBuckets(0, -1, 2), "linearBuckets: ", "width -1"],
  [() => linearBuckets(0, NaN, 2), "linearBuckets: ", "width NaN"],
  [() => linearBuckets(0, Infinity, 2), "linearBuckets: ", "width Infinity"],
  [() => linearBuckets(0, "1" as unknown as number, 2), "linearBuckets: ", `width "1"`],
  [() => linearBuckets(0, 1n as unknown as number, 2), "linearBuckets: ", "width 1"],
  [() => linearBuckets("0" as unknown as number, 1, 2), `linearBuckets: start "0"`],
  [() => exponentialBuckets("1" as unknown as number, 2, 2), `exponentialBuckets: start "1"`],
  [() => exponentialBuckets(1, "2" as unknown as number, 2), "exponentialBuckets: ", `factor "2"`],
  [() => exponentialBuckets(1n as unknown as number, 2, 2), "exponentialBuckets: start 1"],
  [() => exponentialBuckets(1, 2, 0), "exponentialBuckets: count 0", "an integer above 0"],
  [() => exponentialBuckets(1, 2, 2.5), "exponentialBuckets: count 2.5"],
  [() => exponentialBuckets(0, 2, 3), "exponentialBuckets: start 0", "above 0"],
  [() => exponentialBuckets(-1, 2, 3), "exponentialBuckets: start -1"],
  [() => exponentialBuckets(NaN, 2, 3), "exponentialBuckets: start NaN"],
  [() => exponentialBuckets(1, 1, 3), "exponentialBuckets: ", "factor 1 one above 1"],
  [() => exponentialBuckets(1, 0.5, 3), "exponentialBuckets: ", "factor 0.5"],
  [() => exponentialBuckets(1, NaN, 3), "exponentialBuckets: ", "factor NaN"],
  [() => exponentialBuckets(1, Infinity, 3), "exponentialBuckets: ", "factor Infinity"],
];

test("linearBuckets() and exponentialBuckets() refuse wrong arguments, naming the value", () => {
  for (const [call, ...parts] of wrong) assertThrowsWith(call, RegistrationError, ...parts);
});

test("a histogram refuses bounds that are equal after rounding", () => {
  const cases: [number[], string][] = [
    [linearBuckets(1e300, 1, 2), "comes after"],
    [exponentialBuckets(1e308, 10, 2), "bucket bound Infinity"],
  ];
  for (const [bounds, part] of cases) {
    assertThrowsWith(() => readBuckets("jobs", bounds), RegistrationError, "jobs: ", part);
  }
});

test("defaultBuckets are frozen", () => {
  assert(Object.isFrozen(defaultBuckets));
  assertThrowsWith(() => (defaultBuckets as number[]).push(20), TypeError);
});
