import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { TDigest } from "../../../src/clients/metrics/t_digest.ts";

const shares = [0, 0.001, 0.01, 0.05, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1];

/** The quantile of all values, interpolated between the middles of values that are equal. */
function exactQuantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const means = [...new Set(sorted)];
  const middles = means.map((mean) => (sorted.indexOf(mean) + sorted.lastIndexOf(mean) + 1) / 2);
  const rank = values.length * share;
  const upper = middles.findIndex((middle) => middle > rank);
  if (upper === 0) return means[0]!;
  if (upper < 0) return means.at(-1)!;
  const lower = upper - 1;
  if (middles[lower] === rank) return means[lower]!;
  return means[lower]! +
    (rank - middles[lower]!) * (means[upper]! - means[lower]!) /
      (middles[upper]! - middles[lower]!);
}

/** How many values of all are below a number, as a share. */
function shareBelow(sorted: readonly number[], number: number): number {
  let low = 0;
  for (let high = sorted.length; low < high;) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < number) low = middle + 1;
    else high = middle;
  }
  return low / sorted.length;
}

function digestOf(values: readonly number[], weight = 1): TDigest {
  const digest = new TDigest();
  for (const value of values) digest.push(value, weight);
  return digest;
}

/** Numbers that look random and are the same each time. */
function numbers(count: number, seed: number): readonly number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

test("quantiles of fewer than 200 values are those of all values", () => {
  for (let run = 0; run < 200; run++) {
    const values = numbers(run, run + 1).map((value) => run % 2 ? value : Math.floor(value * 20));
    const digest = digestOf(values);
    for (const share of shares) {
      const expected = values.length === 0 ? 0 : exactQuantile(values, share);
      assertEquals(digest.quantile(share), expected, `${share} of ${values.length}`);
    }
  }
});

test("quantiles do not depend on when they are read", () => {
  const values = numbers(150, 7);
  const digest = new TDigest();
  values.forEach((value, index) => {
    digest.push(value, 1);
    assertEquals(digest.quantile(0.5), exactQuantile(values.slice(0, index + 1), 0.5));
  });
});

test("a quantile of 100,000 values has nearly the share that was asked for", () => {
  const distributions: Record<string, (value: number) => number> = {
    uniform: (value) => value,
    exponential: (value) => -Math.log(1 - value),
    "heavy at one end": (value) => (1 - value) ** -2,
    "two humps": (value) => value < 0.3 ? value : 100 + value,
    ascending: (value) => value,
  };
  for (const [name, shape] of Object.entries(distributions)) {
    const values = numbers(100_000, 3).map(shape);
    const sorted = values.toSorted((a, b) => a - b);
    const digest = digestOf(name === "ascending" ? sorted : values);
    for (const share of shares) {
      const found = shareBelow(sorted, digest.quantile(share));
      // Half a centroid, which has at most 0.04 q (1 − q) of all values, and a value at each side.
      const error = 0.02 * share * (1 - share) + 2 / values.length;
      assert(Math.abs(found - share) < error, `${name}: ${share} is ${found}`);
    }
    assertEquals(digest.quantile(0), sorted[0]);
    assertEquals(digest.quantile(1), sorted.at(-1));
  }
});

test("most of many values are not kept", () => {
  const values = numbers(20_000, 11).map((value) => -Math.log(1 - value));
  const sorted = values.toSorted((a, b) => a - b);
  const digest = digestOf(values);
  const kept = sorted.filter((value, rank) =>
    Math.abs(digest.quantile((rank + 0.5) / sorted.length) - value) < 1e-9 * value
  );
  assert(kept.length < 1000, `${kept.length} are`);
});

test("a value that comes often is not mixed with its neighbors", () => {
  const values = numbers(50_000, 5).map((value) => value < 0.6 ? 42 : (value - 0.6) * 250);
  const below = values.filter((value) => value < 42).length;
  const middle = below + values.filter((value) => value === 42).length / 2;
  const found = digestOf(values).quantile(middle / values.length);
  assert(Math.abs(found - 42) < 1e-6, `${found}`);
});

test("a value with a weight counts that often", () => {
  const values = numbers(60, 9);
  const digest = digestOf(values.slice(0, 30), 3);
  for (const value of values.slice(30)) digest.push(value, 2);
  const repeated = values.flatMap((value, index) => Array<number>(index < 30 ? 3 : 2).fill(value));
  for (const share of shares) {
    assertEquals(digest.quantile(share), exactQuantile(repeated, share), `${share}`);
  }
});

test("a digest that was reset has no values, and takes new ones", () => {
  const digest = digestOf(numbers(5000, 1));
  assertEquals(digest.isEmpty, false);
  digest.reset();
  assertEquals(digest.isEmpty, true);
  assertEquals(digest.quantile(0.5), 0);
  digest.push(7, 1);
  assertEquals(digest.isEmpty, false);
  assertEquals(digest.quantile(0.5), 7);
});

test("values that were just added are there without a quantile having been read", () => {
  const digest = new TDigest();
  assertEquals(digest.isEmpty, true);
  digest.push(-3, 1);
  assertEquals(digest.isEmpty, false);
});
