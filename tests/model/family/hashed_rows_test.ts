import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { HashedRows } from "../../../src/model/family/hashed_rows.ts";

const names = ["a", "b"];

/** A table of rows with two labels. */
function hashedRows(
  rows: readonly (readonly string[])[],
  open: "open" | "closed" | "optional" = "open",
): HashedRows {
  const values = rows.flat();
  const table = new HashedRows({ names, open: [open, open], values, width: 2 });
  rows.forEach((_, row) => assert(table.add(row)));
  return table;
}

test("HashedRows: every one of 5,000 rows is found, in any order of the labels", () => {
  const rows = Array.from({ length: 5000 }, (_, row) => [`user-${row >> 1}`, `${row & 1}`]);
  const table = hashedRows(rows);
  rows.forEach(([a, b], row) => {
    assertEquals([table.find({ a, b }), table.find({ b, a })], [row, row]);
    assertEquals(table.findValues([a, b]), row);
  });
  for (const [a, b] of [["user-1", "2"], ["user-2500", "0"], ["", ""], ["1", "user-1"]]) {
    assertEquals([table.find({ a, b }), table.find({ b, a }), table.findValues([a, b])], [
      -1,
      -1,
      -1,
    ]);
  }
});

test("HashedRows: a set with a label too many, too few or another one is not found", () => {
  const table = hashedRows([["1", "2"]]);
  for (
    const set of [{ a: "1" }, { b: "2" }, { a: "1", b: "2", c: "3" }, { a: "1", c: "2" }, {
      c: "0",
      b: "2",
      a: "1",
    }, {}]
  ) {
    assertEquals(table.find(set), -1);
  }
});

test("HashedRows: an open label takes numbers and booleans as their text, others take none", () => {
  const rows = [["3", "true"], ["NaN", "0"]];
  const [open, closed] = [hashedRows(rows), hashedRows(rows, "closed")];
  const sets = [{ a: 3, b: true }, { b: -0, a: NaN }];
  assertEquals(sets.map((set) => open.find(set)), [0, 1]);
  assertEquals(sets.map((set) => closed.find(set)), [-1, -1]);
  for (const a of [null, undefined, {}, 3n, ["3"]]) assertEquals(open.find({ a, b: "true" }), -1);
});

test("HashedRows: an optional label that is left out, or undefined, is found as the empty value", () => {
  const rows = Array.from(
    { length: 5000 },
    (_, row) => [row % 3 === 0 ? "" : `${row}`, row % 3 === 1 ? "" : `${row}`],
  ).slice(1);
  rows.push(["", ""]);
  const table = hashedRows(rows, "optional");
  rows.forEach(([a, b], row) => {
    const sets: Record<string, unknown>[] = [{ a, b }, { b, a }];
    if (a === "") sets.push({ b }, { a: undefined, b }, { b, a: undefined });
    if (b === "") sets.push({ a }, { a, b: undefined }, { b: undefined, a });
    if (a === "" && b === "") sets.push({}, { a }, { b }, { b: undefined, a: undefined });
    for (const set of sets) assertEquals(table.find(set), row, JSON.stringify(set));
  });
  for (const set of [{ a: "3" }, { b: "1" }, { a: null }, { c: "1" }, { a: "1", c: undefined }]) {
    assertEquals(table.find(set), -1);
  }
  const open = hashedRows(rows);
  assertEquals([open.find({ a: "1" }), open.find({ b: "3" }), open.find({})], [-1, -1, -1]);
});

test("HashedRows: a row with the labels of an earlier one takes its place", () => {
  const table = hashedRows([["1", "2"], ["2", "1"], ["1", "2"]]);
  assertEquals([table.find({ a: "1", b: "2" }), table.find({ a: "2", b: "1" })], [2, 1]);
  assertEquals([...table.rows()].sort(), [1, 2]);
});

test("HashedRows: rows may begin anywhere, and columns before the labels do not count", () => {
  const values = Array.from({ length: 1000 }, (_, row) => ["constant", `${row}`]).flat();
  const table = new HashedRows({ names: ["a"], open: ["open"], values, width: 2 });
  for (let row = 900; row < 1000; row++) assert(table.add(row));
  assertEquals([table.find({ a: "899" }), table.find({ a: "900" }), table.find({ a: "999" })], [
    -1,
    900,
    999,
  ]);
  assertEquals(table.find({ a: "constant" }), -1);
});

test("HashedRows: characters at both ends of a long value count, and its length", () => {
  const long = (start: string, end: string, length: number) => start + "x".repeat(length) + end;
  const rows = ["1", "2"].flatMap((start) =>
    ["1", "2"].flatMap((end) => [50, 60].map((length) => [long(start, end, length), ""]))
  );
  const table = hashedRows(rows);
  assertEquals(rows.map((row) => table.findValues(row)), rows.map((_, row) => row));
});

test("HashedRows: a table with more than 256 values that collide gives up", () => {
  const middle = (row: number) => `${"x".repeat(20)}${row + 1000}${"x".repeat(20)}`;
  const values = Array.from({ length: 300 }, (_, row) => [middle(row), ""]).flat();
  const table = new HashedRows({ names, open: ["open", "open"], values, width: 2 });
  const added = Array.from({ length: 300 }, (_, row) => table.add(row));
  const refused = added.indexOf(false);
  assert(refused > 100 && refused <= 256, String(refused));
  assertEquals(table.find({ a: middle(0), b: "" }), 0);
  assertEquals(table.find({ a: middle(299), b: "" }), -1);
});

test("HashedRows: rows are found where compactions have moved them, and removed ones are not", () => {
  const values = Array.from({ length: 1500 }, (_, row) => `user-${row}`);
  let rows = values;
  const table = new HashedRows({ names: ["user"], open: ["open"], values: rows, width: 1 });
  rows.forEach((_, row) => assert(table.add(row)));
  for (let round = 0; round < 30; round++) {
    // Two of three stay, and as many come as have gone.
    const moved = new Int32Array(rows.length).fill(-1);
    const kept = rows.filter((_, row) => row % 3 !== round % 3);
    kept.forEach((user, to) => moved[rows.indexOf(user)] = to);
    const gone = rows.filter((_, row) => moved[row] < 0);
    table.renumber(kept, moved);
    kept.forEach((user, row) => assertEquals(table.find({ user }), row));
    for (const user of gone) {
      assertEquals([table.find({ user }), table.findValues([user])], [-1, -1]);
    }
    while (kept.length < 1500) {
      kept.push(`round-${round}-${kept.length}`);
      assert(table.add(kept.length - 1));
    }
    kept.forEach((user, row) => assertEquals(table.find({ user }), row));
    assertEquals([...table.rows()].sort((one, other) => one - other), [...kept.keys()]);
    assertEquals(table.isSparse, false);
    rows = kept;
  }
  const moved = new Int32Array(rows.length).fill(-1);
  moved[7] = 0;
  table.renumber([rows[7]], moved);
  assertEquals([table.find({ user: rows[7] }), table.find({ user: rows[8] })], [0, -1]);
  assertEquals(table.isSparse, true);
});

test("HashedRows: a table that cannot grow has all its rows still, for another index", () => {
  const others = Array.from({ length: 256 }, (_, row) => String(row));
  // These have the same hash, as they differ only in the middle.
  const ends = "x".repeat(40);
  const colliding = others.map((text) => ends + text.padStart(3, "0") + ends);
  const values = [...others, ...colliding];
  values[1000] = "another";
  // They have a place as long as nothing else is there; a larger table takes the others first. Each
  // table hashes otherwise: in some, others fall among them and find no place.
  const rows = Array.from(values.keys()).filter((row) => row < 512).reverse();
  const tables = Array.from(
    { length: 100 },
    () => new HashedRows({ names: ["a"], open: ["open"], values, width: 1 }),
  );
  const table = tables.find((one) => rows.every((row) => one.add(row)));
  assert(table !== undefined);
  assertEquals(table.add(1000), false);
  assertEquals([...table.rows()].sort((a, b) => a - b), [...Array(512).keys()]);
});
