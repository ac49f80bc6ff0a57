import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { canonicalText, sampleText } from "../../../src/exposition/text/number_text.ts";
import { boundTexts, sampleTexts } from "../../cases/families.ts";

test("values have the shortest text that gives the same number", () => {
  for (const [value, text] of sampleTexts) assertEquals(sampleText(value), text);
});

test("bounds are canonical numbers", () => {
  for (const [bound, text] of boundTexts) assertEquals(canonicalText(bound), text);
  const special = [Infinity, -Infinity, NaN, -0].map(canonicalText);
  assertEquals(special, ["+Inf", "-Inf", "NaN", "-0.0"]);
});

test("a text gives back the number that it was made of", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true }), (value) => {
    assertStrictEquals(Number(sampleText(value)), value);
    assertStrictEquals(Number(canonicalText(value)), value);
  }));
});

test("a canonical number has a point or an exponent of at least two digits", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
    const text = canonicalText(value);
    const size = Math.abs(value);
    const plain = size === 0 || (size >= 1e-4 && size < 1e6);
    assertMatch(text, plain ? /^-?\d+\.\d+$/ : /^-?\d(\.\d+)?e[+-]\d{2,3}$/);
  }));
});

test("numbers in either direction of a limit are written by its rule", () => {
  const cases: [number, string][] = [
    [9.999999999999999e-5, "9.999999999999999e-05"],
    [0.0001, "0.0001"],
    [0.00010000000000000002, "0.00010000000000000002"],
    [999_999.9999999999, "999999.9999999999"],
    [1_000_000.0000000001, "1.0000000000000001e+06"],
    [1e9, "1e+09"],
    [1e-9, "1e-09"],
    [9_999_999_999, "9.999999999e+09"],
  ];
  for (const [value, text] of cases) {
    assertEquals([canonicalText(value), canonicalText(-value)], [text, `-${text}`]);
  }
  assert(Number("1.0000000000000001e+06") === 1_000_000.0000000001);
});
