import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { CounterFamily } from "../../../src/metrics/counter.ts";
import { collected } from "../../support/series.ts";

test("label values: every cut of every text is taken, and has the series of its well-formed form", () => {
  const text = fc.string({ unit: "grapheme", maxLength: 8 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      const family = new CounterFamily<{ a: string; b: string }>({
        name: "a",
        help: "",
        labels: ["a", "b"],
      });
      const expected = new Map<string, number>();
      // Twice: a known series is found on another way than a new one.
      for (let pass = 0; pass < 2; pass++) {
        for (let start = 0; start <= one.length; start++) {
          for (let end = 0; end <= other.length; end++) {
            const [a, b] = [one.slice(start), other.slice(0, end)];
            family.inc(start % 2 === 0 ? { a, b } : { b, a });
            const key = JSON.stringify([a.toWellFormed(), b.toWellFormed()]);
            expected.set(key, (expected.get(key) ?? 0) + 1);
          }
        }
      }
      const found = collected(family).map(([{ a = "", b = "" }, value]) => [
        JSON.stringify([a, b]),
        value,
      ]);
      assertEquals(found, [...expected]);
    }),
  );
});
