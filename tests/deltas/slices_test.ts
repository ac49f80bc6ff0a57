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
    const { family, gone } = delta;
    const goneRows = family.labels.rows > most || (gone?.rows ?? 0) > most ? gone?.rows ?? 0 : 0;
    // What is gone comes before all others if there are several slices.
    const rows = rowsOfDelta(delta);
    const expected = [
      ...rows.slice(rows.length - goneRows),
      ...rows.slice(0, -goneRows || undefined),
    ];
    assertEquals(slices.flatMap(rowsOfDelta), expected);
    for (const { family, gone } of slices) {
      assert(family.labels.rows <= most && (gone?.rows ?? 0) <= most);
    }
  }));
});

test("slicesOf() gives a short delta as it is, also one without series", () => {
  for (const family of [counterOf("a", {}), { ...counterOf("b", {}), ...counterOf("b") }]) {
    const delta = { family, gone: { names: [], values: [], rows: 1 } };
    const slices = [...slicesOf(delta, 1)];
    assert(slices.length === 1 && slices[0] === delta);
  }
});
