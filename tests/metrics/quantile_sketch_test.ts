import { assert, assertAlmostEquals, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { nativeUpperBound } from "../../src/model/native_index.ts";
import { QuantileSketch } from "../../src/metrics/quantile_sketch.ts";

const now = 1_800_000_000;

function sketchOf(...values: readonly number[]): QuantileSketch {
  const sketch = new QuantileSketch();
  for (const value of values) sketch.observe(value, now);
  return sketch;
}

/** The value at the place that a percentage of the values reaches. */
function exact(values: readonly number[], percent: number): number {
  const sorted = [...values].sort((one, other) => one < other ? -1 : one > other ? 1 : 0);
  return sorted[Math.max(0, Math.ceil(percent * values.length / 100) - 1)];
}

function assertNear(actual: number, expected: number, error: number): void {
  if (Math.abs(expected) === Infinity) return assertStrictEquals(actual, expected);
  assertAlmostEquals(actual, expected, Math.abs(expected) * error + Number.MIN_VALUE);
}

const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: -100, max: 100, noNaN: true }),
  fc.double({ min: 0.001, max: 10, noNaN: true }),
);
const observation = fc.record({ value, seconds: fc.integer({ min: 0, max: 599 }) });

test("QuantileSketch: an empty window has no quantiles", () => {
  assertEquals(sketchOf().quantile(0.5, now), NaN);
  assertEquals(sketchOf().quantiles([0, 0.5, 1], now), [NaN, NaN, NaN]);
  assertEquals(sketchOf(NaN).quantile(0.5, now), NaN);
  assertEquals(sketchOf(1).quantiles([], now), []);
});

test("QuantileSketch: equal values have exactly this value as every quantile", () => {
  for (const value of [5, -0.1, 0, 1e-310, Infinity, -Infinity, Number.MAX_VALUE]) {
    assertEquals(sketchOf(value, value, value).quantiles([0, 0.5, 1], now), [value, value, value]);
  }
});

test("QuantileSketch: minimum and maximum are exact", () => {
  assertEquals(sketchOf(3.3, 0.123, 77.7, 5).quantiles([0, 1], now), [0.123, 77.7]);
  assertEquals(sketchOf(-3, -0.3).quantiles([0, 1], now), [-3, -0.3]);
  const values = fc.array(value, { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(values, (values) => {
    const expected = [Math.min(...values), Math.max(...values)];
    assertEquals(sketchOf(...values).quantiles([0, 1], now), expected);
  }));
});

test("QuantileSketch: a quantile is the smallest value that this share does not exceed", () => {
  const sketch = sketchOf(...Array.from({ length: 100 }, (_, before) => before + 1));
  for (const percent of [1, 5, 7, 14, 28, 29, 50, 55, 56, 57, 58, 90, 95, 99]) {
    assertAlmostEquals(sketch.quantile(percent / 100, now), percent, percent * 0.0055);
  }
  assertAlmostEquals(sketchOf(1, 2, 3).quantile(0.5, now), 2, 0.011);
  assertAlmostEquals(sketchOf(1, 2, 3, 4).quantile(0.5, now), 2, 0.011);
  assertAlmostEquals(sketchOf(1, 2, 3, 4).quantile(0.51, now), 3, 0.0165);
});

test("QuantileSketch: NaN is left out", () => {
  assertEquals(sketchOf(NaN, 1, NaN, NaN).quantiles([0, 0.5, 1], now), [1, 1, 1]);
});

test("QuantileSketch: negative values, zeros and infinities are ordered", () => {
  const sketch = sketchOf(Infinity, 2, 0, -0, -2, -Infinity);
  const quantiles = sketch.quantiles([0, 0.3, 0.5, 0.6, 0.8, 1], now);
  assertAlmostEquals(quantiles[1], -2, 0.011);
  assertAlmostEquals(quantiles[4], 2, 0.011);
  assertEquals([quantiles[0], quantiles[2], quantiles[3], quantiles[5]], [
    -Infinity,
    0,
    0,
    Infinity,
  ]);
});

test("QuantileSketch: an estimate is off by 0.55 % at most", () => {
  const observations = fc.array(observation, { minLength: 1, maxLength: 200 });
  const percent = fc.integer({ min: 0, max: 100 });
  fc.assert(fc.property(observations, percent, (observations, percent) => {
    const sketch = new QuantileSketch();
    for (const { value, seconds } of observations) sketch.observe(value, now + seconds);
    const expected = exact(observations.map(({ value }) => value), percent);
    assertNear(sketch.quantile(percent / 100, now + 599), expected, 0.0055);
  }));
});

test("QuantileSketch: 2048 buckets keep the resolution, one more halves it", () => {
  const values = Array.from({ length: 2048 }, (_, before) => nativeUpperBound(before + 1, 6));
  const sketch = sketchOf(...values);
  assertEquals(sketch.size, 2048);
  for (let percent = 0; percent <= 100; percent++) {
    assertNear(sketch.quantile(percent / 100, now), exact(values, percent), 0.0055);
  }
  values.push(2 ** 33);
  sketch.observe(2 ** 33, now);
  assertEquals(sketch.size, 1025);
  for (let percent = 0; percent <= 100; percent++) {
    assertNear(sketch.quantile(percent / 100, now), exact(values, percent), 0.011);
  }
});

test("QuantileSketch: parts of different resolution are estimated together", () => {
  const wide = Array.from({ length: 5000 }, (_, before) => nativeUpperBound(before + 1, 6));
  const narrow = Array.from({ length: 5000 }, (_, before) => 1e9 + before);
  const sketch = new QuantileSketch();
  for (const value of wide) sketch.observe(value, now);
  for (const value of narrow) sketch.observe(value, now + 120);
  for (let percent = 0; percent <= 100; percent++) {
    const expected = exact([...wide, ...narrow], percent);
    assertNear(sketch.quantile(percent / 100, now + 120), expected, 0.022);
  }
});

test("QuantileSketch: memory is bounded, whatever the values", () => {
  const sketch = new QuantileSketch(600, 5);
  for (let round = 0; round < 7; round++) {
    for (let exponent = -1074; exponent < 1024; exponent += 0.5) {
      const value = Math.max(Number.MIN_VALUE, 2 ** exponent);
      sketch.observe(value, now + round * 120);
      sketch.observe(-value, now + round * 120);
    }
    assert(sketch.size <= 2048 * Math.min(round + 1, 5));
  }
  const { length } = sketch.quantiles([0.1, 0.5, 0.9], now + 720);
  assertEquals(length, 3);
});

test("QuantileSketch: a value leaves the window after 8 to 10 minutes, with its part", () => {
  const sketch = new QuantileSketch();
  const start = now - now % 120;
  sketch.observe(1, start);
  sketch.observe(1, start + 119);
  sketch.observe(3, start + 130);
  assertEquals(sketch.quantiles([0, 1], start + 130), [1, 3]);
  assertEquals(sketch.quantiles([0, 1], start + 599), [1, 3]);
  assertEquals(sketch.quantiles([0, 1], start + 600), [3, 3]);
  assertEquals(sketch.quantiles([0, 1], start + 719), [3, 3]);
  assertEquals(sketch.quantiles([0, 1], start + 720), [NaN, NaN]);
});

test("QuantileSketch: a new part replaces an old one", () => {
  const sketch = new QuantileSketch(10, 2);
  sketch.observe(1, 0);
  sketch.observe(2, 5);
  sketch.observe(3, 10);
  assertEquals(sketch.quantiles([0, 1], 10), [2, 3]);
  sketch.observe(4, 1000);
  assertEquals(sketch.quantiles([0, 1], 1000), [4, 4]);
});

test("QuantileSketch: nothing of an old part is left in the new one", () => {
  const [renewed, fresh] = [new QuantileSketch(10, 2), new QuantileSketch(10, 2)];
  for (let index = 0; index < 3000; index++) renewed.observe(nativeUpperBound(index, 6), 0);
  for (let times = 0; times < 100; times++) renewed.observe(0, 0);
  for (let value = 1; value <= 100; value++) {
    renewed.observe(value, 10);
    fresh.observe(value, 10);
  }
  const shares = Array.from({ length: 101 }, (_, percent) => percent / 100);
  assertEquals(renewed.quantiles(shares, 10), fresh.quantiles(shares, 10));
  assertEquals(renewed.size, fresh.size);
});

test("QuantileSketch: a clock that goes back loses nothing but what is out of its window", () => {
  const sketch = new QuantileSketch(10, 2);
  sketch.observe(1, 1000);
  sketch.observe(2, 996);
  assertEquals(sketch.quantiles([0, 1], 1000), [1, 2]);
  sketch.observe(3, 10);
  assertEquals(sketch.quantiles([0, 1], 10), [3, 3]);
});

test("QuantileSketch: a window can have one part", () => {
  const sketch = new QuantileSketch(60, 1);
  sketch.observe(1, 0);
  sketch.observe(2, 59);
  assertEquals(sketch.quantiles([0, 1], 59), [1, 2]);
  assertEquals(sketch.quantile(0, 60), NaN);
});
