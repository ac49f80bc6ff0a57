import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertExists,
  assertFalse,
  assertInstanceOf,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { test } from "node:test";

class Refusal extends Error {}

const refuse = () => {
  throw new Refusal("no entry after ten");
};

test("assertEquals compares data deeply and takes zeros for equal", () => {
  assertEquals([0, NaN, { a: [new Date(1)] }], [-0, NaN, { a: [new Date(1)] }]);
  assertEquals(Object.assign(Object.create(null), { a: 1 }), { a: 1 });
  assertEquals(new Map([["a", [1]]]), new Map([["a", [1]]]));
  assertEquals(new Uint8Array([1, 2]), new Uint8Array([1, 2]));
});

test("assertEquals sees a missing key, an order, a type and a length", () => {
  const pairs: readonly (readonly [unknown, unknown])[] = [
    [{ a: undefined }, {}],
    [{ a: undefined }, { b: undefined }],
    [["a", "b"], ["b", "a"]],
    [[1], { 0: 1 }],
    [[1], [1, 2]],
    [[], {}],
    ["1", 1],
    [null, undefined],
    [new Refusal(""), {}],
    [new Uint8Array([1]), new Uint8Array([2])],
  ];
  for (const [actual, expected] of pairs) {
    assertThrows(() => assertEquals(actual, expected), Error);
    assertNotEquals(actual, expected);
  }
});

test("assertThrows gives the error and checks class and message", () => {
  const error: Refusal = assertThrows(refuse, Refusal, "after ten");
  assertEquals(error.message, "no entry after ten");
  assertStrictEquals(
    assertThrows(() => {
      throw error;
    }),
    error,
  );
  assertThrows(() => assertThrows(() => 1), Error);
  assertThrows(() => assertThrows(refuse, RangeError), Error);
  assertThrows(() => assertThrows(refuse, Refusal, "after nine"), Error);
});

test("assertRejects gives the error and wants a promise", async () => {
  const error: Refusal = await assertRejects(() => Promise.reject(new Refusal("late")), Refusal);
  assertEquals(error.message, "late");
  await assertRejects(() => assertRejects(() => Promise.resolve()), Error);
  await assertRejects(() => assertRejects(refuse, Refusal), Error);
});

test("the other assertions pass and fail as they should", () => {
  assert(1);
  assertFalse("");
  assertExists(0);
  assertStrictEquals(NaN, NaN);
  assertAlmostEquals(1, 1 + 1e-8);
  assertAlmostEquals(Infinity, Infinity);
  assertStringIncludes("metrics", "tri");
  assertMatch("metrics", /^m/);
  assertInstanceOf(new Refusal(), Error);

  const failing: readonly (() => void)[] = [
    () => assert(0),
    () => assertFalse("0"),
    () => assertExists(null),
    () => assertStrictEquals(0, -0),
    () => assertAlmostEquals(1, 1.1),
    () => assertAlmostEquals(NaN, 1),
    () => assertStringIncludes("metrics", "tris"),
    () => assertMatch("metrics", /^e/),
    () => assertInstanceOf(new Error(), Refusal),
  ];
  for (const fail of failing) assertThrows(fail, Error);
});

test("an assertion's message begins with its label", () => {
  const error = assertThrows(() => assertEquals(1, 2, "row 7"), Error);
  assertStringIncludes(error.message, "row 7");
});
