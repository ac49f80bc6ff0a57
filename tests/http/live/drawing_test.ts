import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { pageScript } from "../../support/page_script.ts";

const { outline } = pageScript;

test("drawing: a line goes through its numbers, from the bottom to the top of its box", () => {
  const { line, area, least, most } = outline([0, 10, 5]);
  assertEquals(line, "M0.0 29.0L50.0 1.0L100.0 15.0h.1");
  assertEquals(area, "M0.0 29.0L50.0 1.0L100.0 15.0h.1V30H0.0");
  assertEquals([least, most], [0, 10]);
});

test("drawing: numbers that are missing or infinite are passed over", () => {
  assertEquals(outline([NaN, 0, Infinity, 10]).line, "M33.3 29.0L100.0 1.0h.1");
  for (const values of [[], [NaN], [NaN, Infinity]]) assertEquals(outline(values).line, "");
});

test("drawing: numbers that hardly differ make no mountain", () => {
  assertEquals(outline([1000, 1000]).line, "M0.0 1.0L100.0 1.0h.1");
  assertEquals(outline([1000, 999]).line, "M0.0 1.0L100.0 1.6h.1");
  assertEquals(outline([0, 0]).line, "M0.0 29.0L100.0 29.0h.1");
  assertEquals(outline([-5, -5]).line, "M0.0 1.0L100.0 1.0h.1");
});
