import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { LabelRecord } from "../../mod.ts";
import { labelsOfRow, labelTable } from "../../src/core.ts";

test("labelTable(): label sets with the same names become rows", () => {
  const table = labelTable([{ a: "1", b: "2" }, { b: "4", a: "3" }]);
  assertEquals(table, { names: ["a", "b"], values: ["1", "2", "3", "4"], rows: 2 });
});

test("labelTable(): a label that a set lacks is empty in its row", () => {
  const table = labelTable([{ a: "1" }, { b: "2" }, {}]);
  assertEquals(table, { names: ["a", "b"], values: ["1", "", "", "2", "", ""], rows: 3 });
});

test("labelTable(): sets without labels make rows without columns", () => {
  assertEquals(labelTable([]), { names: [], values: [], rows: 0 });
  assertEquals(labelTable([{}]), { names: [], values: [], rows: 1 });
});

test("labelTable(): inherited properties of a set are no labels", () => {
  const inherited = Object.create({ a: "inherited" }, { b: { value: "own", enumerable: true } });
  const table = labelTable([{ a: "1", constructor: "x" }, inherited]);
  assertEquals(table.names, ["a", "constructor", "b"]);
  assertEquals(table.values, ["1", "x", "", "", "", "own"]);
});

test("labelTable(): a set that inherits a label which others have does not have it", () => {
  const heir = Object.assign(Object.create({ b: "inherited" }), { a: "3" });
  const table = labelTable([{ a: "1", b: "2" }, heir, { a: "4", b: "5" }]);
  assertEquals(table, { names: ["a", "b"], values: ["1", "2", "3", "", "4", "5"], rows: 3 });
});

test("labelsOfRow() leaves out empty labels", () => {
  const sets: LabelRecord[] = [{ a: "1", b: "2" }, { a: "3" }, {}];
  const table = labelTable(sets);
  assertEquals(sets.map((_, row) => ({ ...labelsOfRow(table, row) })), sets);
});

test("labelsOfRow() returns labels named like properties of Object", () => {
  const table = { names: ["__proto__", "constructor"], values: ["1", "2"], rows: 1 };
  const labels = labelsOfRow(table, 0);
  assert(Object.hasOwn(labels, "__proto__"));
  assertEquals(Object.entries(labels), [["__proto__", "1"], ["constructor", "2"]]);
});

test("labelsOfRow() takes a table that is longer than its rows", () => {
  const table = { names: ["a"], values: ["1", "2", "3"], rows: 2 };
  assertEquals({ ...labelsOfRow(table, 1) }, { a: "2" });
});
