import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import { HashedRows } from "../../../src/model/family/hashed_rows.ts";
import type { Openness } from "../../../src/model/family/labels.ts";
import { SeriesIndex } from "../../../src/model/family/series_index.ts";

type LabelSet = Readonly<Record<string, unknown>>;

/** The row of a set, in the simplest way: its labels one by one, with each row. */
function rowOf(
  set: LabelSet,
  names: readonly string[],
  open: readonly Openness[],
  rows: readonly (readonly string[])[],
): number {
  if (Object.keys(set).some((name) => !names.includes(name))) return -1;
  const texts = names.map((name, label) => {
    const value = Object.hasOwn(set, name) ? set[name] : undefined;
    if (typeof value === "string") return value;
    if (open[label] === "closed") return undefined;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    return value === undefined && open[label] === "optional" ? "" : undefined;
  });
  return rows.findLastIndex((row) => row.every((value, label) => value === texts[label]));
}

test("SeriesIndex and HashedRows: find() is what a comparison with each row gives", () => {
  const names = ["a", "k", "b"];
  const text = fc.constantFrom("", "x", "y", "1", "true");
  const given = fc.constantFrom<unknown>("", "x", "y", "1", 1, true, undefined, null);
  const openness = fc.constantFrom<Openness>("closed", "open", "optional");
  fc.assert(fc.property(
    fc.array(fc.tuple(text, text, text), { maxLength: 20 }),
    fc.tuple(openness, openness, openness),
    fc.array(fc.array(fc.tuple(fc.constantFrom(...names, "c"), given), { maxLength: 4 })),
    (rows, open, sets) => {
      const from = { names, open, values: rows.flat(), width: 3 };
      const index = new SeriesIndex(names, from.values, 3, open);
      const hashed = new HashedRows(from);
      rows.forEach((_, row) => {
        index.add(row);
        hashed.add(row);
      });
      for (const set of sets.map((labels) => Object.fromEntries(labels))) {
        const row = rowOf(set, names, open, rows);
        assertEquals([index.find(set), hashed.find(set)], [row, row], JSON.stringify(set));
      }
    },
  ));
});
