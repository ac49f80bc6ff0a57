import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  coarsestSchema,
  nativeIndex,
  nativeUpperBound,
  schemaOfFactor,
} from "../../src/model/native_index.ts";

const schemas = [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8];
const positive = fc.double({ min: Number.MIN_VALUE, noNaN: true });
const schema = fc.constantFrom(...schemas);

/** 2^exponent, by steps that are exact. */
function power(exponent: number): number {
  let value = 1;
  for (let step = 0; step < Math.abs(exponent); step++) value *= exponent < 0 ? 0.5 : 2;
  return value;
}

/** The double so many places after a positive one. */
function neighbour(value: number, places: bigint): number {
  const bits = new BigUint64Array(new Float64Array([value]).buffer);
  bits[0] += places;
  return new Float64Array(bits.buffer)[0];
}

/** A finite positive double as `integer * 2^exponent`. */
function exactly(value: number): { integer: bigint; exponent: number } {
  const bits = new BigUint64Array(new Float64Array([value]).buffer)[0];
  const fraction = bits & 0xfffffffffffffn;
  const field = Number(bits >> 52n);
  return field === 0
    ? { integer: fraction, exponent: -1074 }
    : { integer: fraction | 1n << 52n, exponent: field - 1075 };
}

/** Whether `integer * 2^exponent` is above `2^(index / 2^schema)`, for schemas from 0. */
function isAbove(integer: bigint, exponent: number, index: number, schema: number): boolean {
  const root = 1 << schema;
  const shift = BigInt(exponent * root - index);
  const left = integer ** BigInt(root);
  return shift >= 0n ? left << shift > 1n : left > 1n << -shift;
}

test("nativeIndex(): the bounds from 1 to 2 are the doubles nearest to 2^(k/256)", () => {
  for (let step = 0; step < 256; step++) {
    const { integer, exponent } = exactly(nativeUpperBound(step, 8));
    assertEquals(exponent, -52);
    // In halves of the distance between two doubles, half of one to each side.
    assert(isAbove(2n * integer + 1n, -53, step, 8), `bound ${step} is too low`);
    assert(!isAbove(2n * integer - 1n, -53, step, 8), `bound ${step} is too high`);
  }
});

test("nativeIndex(): a power of two is the last value of its bucket, at every schema", () => {
  for (const schema of schemas) {
    for (let exponent = -1074; exponent < 1024; exponent++) {
      const expected = Math.ceil(exponent * power(schema));
      const value = power(exponent);
      assertEquals(nativeIndex(value, schema), expected + 0, `2^${exponent} at ${schema}`);
      if (exponent < -1022) continue;
      const after = Math.floor(exponent * power(schema)) + 1;
      assertEquals(nativeIndex(neighbour(value, 1n), schema), after, `after 2^${exponent}`);
      assertEquals(nativeIndex(neighbour(value, -1n), schema), expected, `before 2^${exponent}`);
    }
  }
});

test("nativeIndex(): the bounds of schema 0 are the powers of two", () => {
  for (let exponent = -1074; exponent < 1024; exponent++) {
    assertStrictEquals(nativeUpperBound(exponent, 0), power(exponent));
  }
});

test("nativeIndex(): a bound is the last value of its bucket, at every schema above 0", () => {
  for (const schema of schemas.filter((schema) => schema > 0)) {
    for (let index = -3 << schema; index <= 3 << schema; index++) {
      const bound = nativeUpperBound(index, schema);
      assertEquals(nativeIndex(neighbour(bound, -1n), schema), index);
      assertEquals(nativeIndex(bound, schema), index);
      assertEquals(nativeIndex(neighbour(bound, 1n), schema), index + 1);
    }
  }
});

test("nativeIndex(): the largest finite number has the last bucket but one, and infinity the last", () => {
  const last = [64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536, 131072, 262144];
  for (const [position, schema] of schemas.entries()) {
    const index = last[position];
    assertEquals(nativeIndex(Number.MAX_VALUE, schema), index);
    assertEquals(nativeIndex(Infinity, schema), index + 1);
    assertEquals(nativeIndex(-Infinity, schema), index + 1);
    assertEquals(nativeUpperBound(index, schema), Number.MAX_VALUE);
    assertEquals(nativeUpperBound(index + 1, schema), Infinity);
    assert(nativeUpperBound(index - 1, schema) < Number.MAX_VALUE);
  }
});

const subnormal: [units: number, schema: number, index: number][] = [
  [1, -4, -67],
  [1, -3, -134],
  [1, -2, -268],
  [1, -1, -537],
  [1, 0, -1074],
  [1, 8, -274944],
  [3, 0, -1072],
  [3, 3, -8579],
  [3, 8, -274538],
  [4503599627370495, 0, -1022],
  [4503599627370495, 8, -261632],
];

for (const [units, schema, index] of subnormal) {
  test(`nativeIndex(): ${units} times the smallest number has index ${index} at schema ${schema}`, () => {
    assertEquals(nativeIndex(units * Number.MIN_VALUE, schema), index);
  });
}

test("nativeIndex(): a bound among the subnormal numbers is rounded down", () => {
  // 2^(406/256) = 3.002 and 2^(511/256) = 3.989 times the smallest number.
  assertStrictEquals(nativeUpperBound(-274944 + 406, 8), 3 * Number.MIN_VALUE);
  assertStrictEquals(nativeUpperBound(-274944 + 511, 8), 3 * Number.MIN_VALUE);
  assertStrictEquals(nativeUpperBound(-274944 + 512, 8), 4 * Number.MIN_VALUE);
  assertStrictEquals(nativeUpperBound(-274945, 8), 0);
  assertStrictEquals(nativeUpperBound(-1e6, 8), 0);
  assertStrictEquals(nativeUpperBound(-68, -4), 0);
});

test("nativeIndex(): the index is that of the definition, by exact arithmetic", () => {
  const finite = fc.double({ min: Number.MIN_VALUE, max: Number.MAX_VALUE, noNaN: true });
  const isFine = (schema: number) => schema >= 0;
  fc.assert(fc.property(finite, fc.constantFrom(...schemas.filter(isFine)), (value, schema) => {
    const { integer, exponent } = exactly(value);
    const index = nativeIndex(value, schema);
    assert(isAbove(integer, exponent, index - 1, schema));
    // A bound itself may be up to half a unit in the last place above the exact one.
    assert(
      value === nativeUpperBound(index, schema) || !isAbove(integer, exponent, index, schema),
    );
  }));
});

test("nativeIndex(): a value lies between the bounds of its bucket", () => {
  fc.assert(
    fc.property(positive, schema, (value, schema) => {
      const index = nativeIndex(value, schema);
      assert(nativeUpperBound(index - 1, schema) < value);
      assert(value <= nativeUpperBound(index, schema));
    }),
    { numRuns: 2000 },
  );
});

test("nativeIndex(): two buckets of a schema are one of the next coarser", () => {
  fc.assert(fc.property(positive, fc.integer({ min: -4, max: 7 }), (value, schema) => {
    const finer = nativeIndex(value, schema + 1);
    assertEquals(nativeIndex(value, schema), Math.ceil(finer / 2) + 0);
    assertStrictEquals(nativeUpperBound(finer, schema), nativeUpperBound(2 * finer, schema + 1));
  }));
});

test("nativeIndex(): the sign of a value does not matter", () => {
  fc.assert(fc.property(positive, schema, (value, schema) => {
    assertEquals(nativeIndex(-value, schema), nativeIndex(value, schema));
  }));
});

const factors: [factor: number, schema: number][] = [
  [1e300, -4],
  [65536, -4],
  [65535, -3],
  [256, -3],
  [16, -2],
  [4, -1],
  [2, 0],
  [1.5, 1],
  [1.2, 2],
  [1.1, 3],
  [1.05, 4],
  [1.03, 5],
  [1.02, 6],
  [1.01, 7],
  [1.005, 8],
  [1.000001, 8],
];

for (const [factor, schema] of factors) {
  test(`nativeIndex(): buckets that grow by ${factor} at most have schema ${schema}`, () => {
    assertEquals(schemaOfFactor(factor), schema);
  });
}

test("nativeIndex(): the growth of a schema's buckets gives that schema", () => {
  for (const schema of schemas) {
    assertEquals(schemaOfFactor(nativeUpperBound(1, schema)), schema);
  }
  assertEquals(coarsestSchema, schemas[0]);
});
