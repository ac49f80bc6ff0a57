import { assertAlmostEquals, assertEquals } from "@std/assert";
import { test } from "node:test";
import { pageScript } from "../../support/page_script.ts";

const { human, quantile, unitOf } = pageScript;

test("numbers: a quantile is that of histogram_quantile()", () => {
  const bounds = [1, 2, 4, Infinity];
  // What Prometheus 3.5 answers for these buckets.
  const cases: readonly (readonly [number, readonly number[], number])[] = [
    [0.5, [10, 20, 40, 40], 2],
    [0.25, [10, 20, 40, 40], 1],
    [0.9, [10, 20, 40, 40], 3.6],
    [0.99, [10, 20, 40, 100], 4],
    [0.5, [0, 0, 8, 8], 3],
    [0.1, [10, 20, 40, 40], 0.4],
  ];
  for (const [share, counts, expected] of cases) {
    assertAlmostEquals(quantile(share, bounds, counts), expected);
  }
  assertEquals(quantile(0.1, [-1, 5, Infinity], [10, 20, 20]), -1);
});

test("numbers: there is no quantile of nothing, of one bucket, or without an infinite one", () => {
  for (const counts of [[0, 0, 0], [NaN, NaN, NaN]]) {
    assertEquals(quantile(0.5, [1, 2, Infinity], counts), NaN);
  }
  assertEquals(quantile(0.5, [Infinity], [5]), NaN);
  assertEquals(quantile(0.5, [1, 2], [5, 5]), NaN);
  assertEquals(quantile(0.5, [], []), NaN);
});

test("numbers: a number has three digits and the prefix that fits", () => {
  const cases: readonly (readonly [number | undefined, string, string])[] = [
    [0, "", "0"],
    [7, "", "7"],
    [0.5, "", "0.500"],
    [9999, "", "9999"],
    [-12, "", "-12"],
    [1234.5, "", "1.23 k"],
    [12_345, "", "12.3 k"],
    [-12_345, "", "-12.3 k"],
    [9.9996e5, "", "1.00 M"],
    [0, "seconds", "0.00 s"],
    [0.0123, "seconds", "12.3 ms"],
    [2.5e-9, "seconds", "2.50 ns"],
    [90, "seconds", "1.50 min"],
    [1536, "bytes", "1.50 KiB"],
    [5, "bytes", "5.00 B"],
    [0.256, "ratio", "25.6 %"],
    [1e-5, "seconds", "10.0 µs"],
    [21.55, "celsius", "21.6 celsius"],
    [Infinity, "seconds", "∞"],
    [-Infinity, "", "-∞"],
    [NaN, "bytes", "–"],
    [undefined, "", "–"],
  ];
  assertEquals(cases.map(([value, unit]) => human(value, unit)), cases.map(([, , text]) => text));
});

test("numbers: seconds since 1970 are some time ago", () => {
  assertEquals(human(Date.now() / 1000 - 7200, "date"), "2.00 h ago");
  assertEquals(human(Date.now() / 1000 + 7200.5, "date"), "in 2.00 h");
  assertEquals(human(2e9, "seconds").includes("ago"), false);
  assertEquals([human(-1000, "bytes"), human(-200, "celsius")], ["-1000 B", "-200 celsius"]);
});

test("numbers: a name ends with its unit, before _total", () => {
  const names = ["a_seconds", "cpu_seconds_total", "a_bytes", "a_ratio", "a_total", "bytes", "a_b"];
  assertEquals(names.map((name) => unitOf({ name })), [
    "seconds",
    "seconds",
    "bytes",
    "ratio",
    "",
    "",
    "",
  ]);
});
