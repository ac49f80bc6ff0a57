import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { ExactColumn, exactDifference } from "../../src/deltas/exact.ts";
import { doubleOf, exactSum, integerOf } from "../support/exact_numbers.ts";

const { MAX_VALUE, MIN_VALUE } = Number;

const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
/** Of which 100 add up to a finite number. */
const moderate = finite.map((number) => number / 256);
/** Close to each other, so that they cancel, and halfway between doubles. */
const close = fc.tuple(fc.integer({ min: -3, max: 3 }), fc.constantFrom(-60, -54, -53, -52, -1, 0))
  .map(([factor, exponent]) => factor * 2 ** exponent);
const terms = fc.array(fc.oneof(moderate, close, fc.constant(0.1)), { maxLength: 40 });

test("exactDifference(): it is added to the one, and the other comes out", () => {
  const edges = fc.constantFrom(
    MAX_VALUE,
    -MAX_VALUE,
    MIN_VALUE,
    0,
    0.1,
    2 ** 53,
    1e308,
    1 + 2 ** -52,
  );
  const number = fc.oneof(finite, edges);
  fc.assert(fc.property(number, number, (now, before) => {
    const { high, rest } = exactDifference(now, before);
    assertEquals(exactSum([high, ...rest]), integerOf(now) - integerOf(before));
    const column = new ExactColumn();
    column.add(0, before);
    column.add(0, high, rest);
    assertEquals(column.parts(0), [now + 0]);
  }));
});

test("ExactColumn: a sum is finite if only what is added to it first is beyond the largest double", () => {
  const [now, before] = [3.9937455917285766e307, -MAX_VALUE];
  const { high, rest } = exactDifference(now, before);
  for (const sign of [1, -1]) {
    const column = new ExactColumn();
    column.add(0, sign * before);
    column.add(0, sign * high, rest.map((part) => sign * part));
    assertEquals(column.parts(0), [sign * now]);
  }
});

test("exactDifference(): of integers it is one number, and of others at most two", () => {
  assertEquals(exactDifference(7, 3), { high: 4, rest: [] });
  assertEquals(exactDifference(1, 2 ** -60), { high: 1, rest: [-(2 ** -60)] });
  assertEquals(exactDifference(2 ** -60, 1), { high: -1, rest: [2 ** -60] });
  assertEquals(exactDifference(MAX_VALUE, -MAX_VALUE), { high: MAX_VALUE, rest: [MAX_VALUE] });
});

test("exactDifference(): infinities of both signs differ by the second", () => {
  assertEquals(exactDifference(Infinity, -Infinity), { high: Infinity, rest: [] });
  assertEquals(exactDifference(NaN, Infinity), { high: NaN, rest: [] });
});

test("exactDifference(): a number that is not finite is itself what is added", () => {
  for (const now of [Infinity, -Infinity, NaN]) {
    assertEquals(exactDifference(now, now), { high: now, rest: [] });
    assertEquals(exactDifference(now, 5), { high: now, rest: [] });
    assertEquals(exactDifference(5, now), { high: 5, rest: [] });
    assertEquals(
      exactDifference(now, -now + 0),
      exactDifference(now, now === now ? -now : 5 * 0 + now),
    );
  }
});

test("ExactColumn.value(): it is the exact sum, rounded once, in whatever order", () => {
  fc.assert(fc.property(terms, (terms) => {
    const column = new ExactColumn();
    for (const term of terms) column.add(0, term);
    assertEquals(column.value(0), doubleOf(exactSum(terms)));
    assertEquals(exactSum(column.parts(0)), exactSum(terms));
    assertEquals(column.value(0), column.parts(0)[0]);
  }));
});

test("ExactColumn.value(): a tie goes to the side on which there is more", () => {
  const orders = (rest: number) => [[1, 2 ** -53, rest], [rest, 2 ** -53, 1], [2 ** -53, rest, 1]];
  for (const [rest, expected] of [[MIN_VALUE, 1 + 2 ** -52], [0, 1], [-MIN_VALUE, 1]]) {
    for (const terms of orders(rest)) {
      const column = new ExactColumn();
      for (const term of terms) column.add(0, term);
      assertEquals(column.value(0), expected);
      assertEquals(exactSum(column.parts(0)), exactSum(terms));
      // It goes on exactly.
      for (const term of terms) column.add(0, -term);
      assertEquals(column.parts(0), [0]);
    }
  }
});

test("ExactColumn.parts(): sums of groups add up to the sum of all", () => {
  const groups = fc.array(fc.tuple(fc.nat(3), fc.oneof(moderate, close)), { maxLength: 40 });
  fc.assert(fc.property(groups, (numbers) => {
    const shards = new ExactColumn();
    for (const [shard, number] of numbers) shards.add(shard, number);
    const total = new ExactColumn();
    for (const shard of [2, 0, 3, 1]) {
      const [high, ...rest] = shards.parts(shard);
      total.add(0, high, rest);
    }
    assertEquals(total.value(0), doubleOf(exactSum(numbers.map(([, number]) => number))));
  }));
});

test("ExactColumn.add(): what is not finite adds up as in IEEE 754, and stays", () => {
  const sumOf = (...terms: readonly number[]) => {
    const column = new ExactColumn();
    for (const term of terms) column.add(0, term);
    return column.parts(0);
  };
  assertEquals(sumOf(1, 0.1, 2 ** -70, Infinity, -5, 0.1), [Infinity]);
  assertEquals(sumOf(0.1, 2 ** -70, -Infinity, 2 ** -70), [-Infinity]);
  assertEquals(sumOf(0.1, 0.7, Infinity, -Infinity, 1), [NaN]);
  assertEquals(sumOf(0.1, 0.7, NaN, 1), [NaN]);
  assertEquals(sumOf(MAX_VALUE, MAX_VALUE, -MAX_VALUE), [Infinity]);
  assertEquals(sumOf(1, -MAX_VALUE, -MAX_VALUE, 1), [-Infinity]);
  assertEquals(sumOf(MAX_VALUE, 1, -MAX_VALUE), [1]);
  // Without an intermediate overflow.
  assertEquals(sumOf(MAX_VALUE, 2 ** 969, -1)[0], MAX_VALUE);
});

test("ExactColumn: cells are apart, and begin at 0", () => {
  const column = new ExactColumn();
  column.add(20, 0.1);
  column.add(20, 0.2);
  column.add(3, 5, [2 ** -60]);
  assertEquals(column.length, 21);
  assertEquals([column.value(3), column.value(4), column.value(99)], [5, 0, 0]);
  assertEquals(column.parts(3), [5, 2 ** -60]);
  assertEquals(column.values([20, 3, 99]), Float64Array.of(0.30000000000000004, 5, 0));
  assertEquals(column.values().length, 21);
  column.clear(3);
  column.clear(99);
  assertEquals(column.parts(3), [0]);
  column.add(3, 1);
  assertEquals(column.parts(3), [1]);
  assertEquals(column.length, 21);
});

test("ExactColumn: a cell of whole numbers takes less than 10 bytes", () => {
  const { Float64Array } = globalThis;
  let allocated = 0;
  globalThis.Float64Array = class extends Float64Array {
    constructor(length: number) {
      super(length);
      allocated = this.byteLength;
    }
  } as Float64ArrayConstructor;
  try {
    const column = new ExactColumn();
    for (let cell = 0; cell < 20_000; cell++) {
      column.add(cell, cell);
      assert(cell < 100 || allocated < (cell + 1) * 10, `${allocated} bytes for ${cell + 1} cells`);
    }
    assertEquals(column.value(19_999), 19_999);
  } finally {
    globalThis.Float64Array = Float64Array;
  }
});
