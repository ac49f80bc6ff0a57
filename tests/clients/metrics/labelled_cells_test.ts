import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { mock, test } from "node:test";
import type { Cell } from "../../../src/clients/metrics/cell.ts";
import { LabelledCells } from "../../../src/clients/metrics/labelled_cells.ts";
import type { LabelSet } from "../../../src/model/family/labels.ts";
import { SeriesTable } from "../../../src/model/family/series_table.ts";

const maker = { createCell: (labels: LabelSet): Cell => ({ labels, isRemoved: false }) };

test("LabelledCells: no series is folded into another, however many there are", () => {
  const cells = new LabelledCells(["user"], maker);
  const made = Array.from({ length: 20_000 }, (_, user) => cells.open({ user }));
  assertEquals(cells.all().length, 20_000);
  for (const user of [0, 9_999, 10_000, 16_384, 19_999]) {
    assertStrictEquals(cells.find({ user }), made[user]);
    assertStrictEquals(cells.findValues([`${user}`]), made[user]);
  }
  assertEquals(cells.find({ user: 20_000 }), undefined);
});

test("LabelledCells: cells are found, removed and listed as in a map", () => {
  const value = fc.constantFrom<unknown>("x", "y", 1, "1", "", undefined, null, true);
  const set = fc.dictionary(fc.constantFrom("a", "b"), value, { maxKeys: 2 });
  const step = fc.tuple(fc.constantFrom("open", "open", "open", "remove", "clear"), set);
  const text = (given: unknown) => given === undefined ? "" : String(given);
  fc.assert(fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
    const cells = new LabelledCells(["a", "b"], maker);
    const model = new Map<string, Cell>();
    const gone: Cell[] = [];
    for (const [kind, labels] of steps) {
      const values = [text(labels.a), text(labels.b)];
      const key = JSON.stringify(values);
      const present = model.get(key);
      assertStrictEquals(cells.findValues(values), present);
      const isPlain = labels.a !== null && labels.b !== null;
      assertStrictEquals(cells.find(labels), isPlain ? present : undefined);
      if (kind === "open") {
        const cell = cells.open(labels);
        assertStrictEquals(cell, present ?? cell);
        model.set(key, cell);
      } else if (kind === "remove") {
        cells.remove(labels);
        if (present) gone.push(present);
        model.delete(key);
      } else if (gone.length % 5 === 0) {
        cells.clear();
        gone.push(...model.values());
        model.clear();
      }
    }
    assertEquals(cells.all(), [...model.values()]);
    assertEquals(gone.every(({ isRemoved }) => isRemoved), true);
    assertEquals(cells.all().some(({ isRemoved }) => isRemoved), false);
    const { labels: { values } } = cells.series();
    assertEquals(values, [...model.keys()].flatMap((key) => JSON.parse(key)));
  }));
});

test("LabelledCells: many series come and go without taking more and more rows", () => {
  const cells = new LabelledCells(["id"], maker);
  cells.open({ id: "kept" });
  let most = 0;
  const append = mock.method(SeriesTable.prototype, "append");
  try {
    for (let id = 0; id < 5_000; id++) {
      cells.open({ id });
      const table = append.mock.calls[0].this as SeriesTable<Cell>;
      most = Math.max(most, table.children.length);
      append.mock.resetCalls();
      cells.remove({ id });
    }
  } finally {
    append.mock.restore();
  }
  // A page, which drops what was removed, is never written here.
  assert(most < 200, `${most} rows`);
  assertEquals(cells.all().map(({ labels }) => labels.id), ["kept"]);
  assertStrictEquals(cells.find({ id: "kept" }), cells.all()[0]);
});
