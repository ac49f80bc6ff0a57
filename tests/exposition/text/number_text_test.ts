import { assert, assertEquals, assertMatch, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { canonicalText, sampleText } from "../../../src/exposition/text/number_text.ts";
import { boundTexts, sampleTexts } from "../../cases/families.ts";

test("sampleText: a value has the shortest text that reads as the same number", () => {
  for (const [value, text] of sampleTexts) assertEquals(sampleText(value), text);
});

test("canonicalText: a bound is a canonical number", () => {
  for (const [bound, text] of boundTexts) assertEquals(canonicalText(bound), text);
  const special = [Infinity, -Infinity, NaN, -0].map(canonicalText);
  assertEquals(special, ["+Inf", "-Inf", "NaN", "-0.0"]);
});

test("sampleText, canonicalText: a text reads as the number it was made from", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true }), (value) => {
    assertStrictEquals(Number(sampleText(value)), value);
    assertStrictEquals(Number(canonicalText(value)), value);
  }));
});

test("canonicalText: a text has a point or an exponent of at least two digits", () => {
  fc.assert(fc.property(fc.double({ noDefaultInfinity: true, noNaN: true }), (value) => {
    const text = canonicalText(value);
    const size = Math.abs(value);
    const plain = size === 0 || (size >= 1e-4 && size < 1e6);
    assertMatch(text, plain ? /^-?\d+\.\d+$/ : /^-?\d(\.\d+)?e[+-]\d{2,3}$/);
  }));
});

test("canonicalText: numbers on both sides of a limit follow its rule", () => {
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
