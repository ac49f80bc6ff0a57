import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { slicesOf } from "../../src/deltas/slices.ts";
import { arbitraryDelta } from "../support/batches.ts";
import { counterOf } from "../support/families.ts";
import { rowsOfDelta } from "../support/rows_of_delta.ts";

test("slicesOf() has all that a delta has, in its order, and no slice is too long", () => {
  fc.assert(fc.property(arbitraryDelta, fc.integer({ min: 1, max: 4 }), (delta, most) => {
    const slices = [...slicesOf(delta, most)];
    assertEquals(slices.flatMap(rowsOfDelta), rowsOfDelta(delta));
    for (const { family } of slices) assert(family.labels.rows <= most);
  }));
});

test("slicesOf() gives a short delta as it is, also one without series", () => {
  for (const family of [counterOf("a", {}), { ...counterOf("b", {}), ...counterOf("b") }]) {
    const delta = { family, gone: { names: [], values: [], rows: 1 } };
    const slices = [...slicesOf(delta, 1)];
    assert(slices.length === 1 && slices[0] === delta);
  }
});
