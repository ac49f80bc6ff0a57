import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { HashedRows } from "../../../src/model/family/hashed_rows.ts";
import { SeriesIndex } from "../../../src/model/family/series_index.ts";

function indexed(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  open: "open" | "optional" = "open",
): SeriesIndex {
  const index = new SeriesIndex(names, rows.flat(), names.length, names.map(() => open));
  rows.forEach((_, row) => index.add(row));
  return index;
}

test("SeriesIndex: an empty index finds nothing", () => {
  const index = new SeriesIndex(["a"], [], 1, ["open"]);
  for (const set of [{ a: "1" }, { a: 1 }, {}, { b: "1" }]) assertEquals(index.find(set), -1);
});

test("SeriesIndex: an index without labels finds its one row by the empty set", () => {
  const index = indexed([], [[]]);
  assertEquals(index.find({}), 0);
  assertEquals(index.find({ a: "1" }), -1);
});

test("SeriesIndex: every row is found, at each number of series and labels", () => {
  const values = ["", "a", "b", "a,b", "1"];
  for (const names of [["x"], ["x", "y"], ["x", "y", "z"]]) {
    let rows: string[][] = [[]];
    for (const _ of names) rows = rows.flatMap((row) => values.map((value) => [...row, value]));
    for (let count = 1; count <= rows.length; count++) {
      const index = indexed(names, rows.slice(0, count));
      rows.forEach((row, number) => {
        const set = Object.fromEntries(names.map((name, column) => [name, row[column]]));
        assertEquals(index.find(set), number < count ? number : -1);
      });
    }
  }
});

test("SeriesIndex: a set with a label too many, too few or another one is not found", () => {
  const index = indexed(["a", "b"], [["1", "2"]]);
  assertEquals(index.find({ b: "2", a: "1" }), 0);
  for (const set of [{ a: "1" }, { a: "1", b: "2", c: "3" }, { a: "1", c: "2" }, {}]) {
    assertEquals(index.find(set), -1);
  }
});

test("SeriesIndex: a value that is not a label set is not found", () => {
  const index = indexed(["a"], [["1"]]);
  for (const set of [null, undefined, "1", 1, true, [], ["1"], () => "1"]) {
    assertEquals(index.find(set as unknown as Record<string, unknown>), -1);
  }
});

test("SeriesIndex: numbers and booleans are found by their text", () => {
  const index = indexed(["a"], [["3"], ["true"], ["NaN"], ["0"]]);
  const found = [3, true, NaN, -0].map((a) => index.find({ a }));
  assertEquals(found, [0, 1, 2, 3]);
  for (const a of [null, undefined, {}, 3n, ["3"]]) assertEquals(index.find({ a }), -1);
});

test("SeriesIndex: a row with the labels of an earlier one takes its place", () => {
  for (const rows of [[["1", "2"]], [["1", "2"], ["1", "3"]], [["1", "2"], ["2", "2"]]]) {
    const index = indexed(["a", "b"], [...rows, ["1", "2"]]);
    assertEquals(index.find({ a: "1", b: "2" }), rows.length);
  }
});

test("SeriesIndex: columns before the labels are skipped", () => {
  const values = ["constant", "1", "constant", "2"];
  const index = new SeriesIndex(["a"], values, 2, ["open"]);
  index.add(0);
  index.add(1);
  assertEquals([index.find({ a: "1" }), index.find({ a: "2" })], [0, 1]);
  assertEquals(index.find({ a: "constant" }), -1);
});

test("SeriesIndex: rows that are appended later are found", () => {
  const values: string[] = [];
  const index = new SeriesIndex(["a"], values, 1, ["open"]);
  for (let row = 0; row < 1000; row++) {
    values.push(String(row));
    index.add(row);
  }
  assertEquals([0, 500, 999].map((a) => index.find({ a })), [0, 500, 999]);
});

test("SeriesIndex: after a compaction rows are found where they are, and removed ones are not", () => {
  const rows = Array.from({ length: 60 }, (_, row) => [String(row >> 2), String(row & 3)]);
  const index = indexed(["a", "b"], rows);
  // All of "0", some of "1", and every other row from there on.
  const stays = (row: number) => row > 5 && (row < 8 || row % 2 === 1);
  const kept = rows.filter((_, row) => stays(row));
  let next = 0;
  const moved = Int32Array.from(rows, (_, row) => stays(row) ? next++ : -1);
  const values = kept.flat();
  index.renumber(values, moved);
  rows.forEach(([a, b], row) => assertEquals(index.find({ a, b }), moved[row]));
  values.push("0", "0");
  index.add(kept.length);
  assertEquals([index.find({ a: "0", b: "0" }), index.find({ a: "0", b: "1" })], [kept.length, -1]);
});

test("SeriesIndex: a compaction that leaves nothing leaves an empty index", () => {
  const index = indexed(["a", "b"], [["1", "2"], ["1", "3"]]);
  index.renumber(["4", "5"], Int32Array.of(-1, -1));
  assertEquals(index.find({ a: "1", b: "2" }), -1);
  index.add(0);
  assertEquals(index.find({ a: "4", b: "5" }), 0);
});

/** Label values of many rows; those of `long` are too similar for hashes. */
const many = {
  short: Array.from({ length: 20_000 }, (_, row) => [`user-${row >> 2}`, `zone-${row & 3}`]),
  long: Array.from({ length: 20_000 }, (_, row) => ["x".repeat(40) + row + "x".repeat(40), ""]),
};

test("SeriesIndex: with many rows each is found, the later one of two with the same labels", () => {
  for (const rows of [many.short, many.long]) {
    const index = indexed(["a", "b"], [...rows, rows[7], rows[15_000]]);
    const found = (row: number) => row === 7 ? 20_000 : row === 15_000 ? 20_001 : row;
    const expected = rows.map((_, row) => found(row));
    assertEquals(rows.map(([a, b]) => index.find({ a, b })), expected);
    assertEquals(rows.map(([a, b]) => index.find({ b, a })), expected);
    assertEquals(rows.map((row) => index.findValues(row)), expected);
    for (const set of [{ a: "user-1", b: "zone-4" }, { a: "user-1" }, { a: "", b: "zone-1" }]) {
      assertEquals(index.find(set), -1);
    }
  }
});

test("SeriesIndex: values that collide after many others did not are found, all of them", () => {
  const rows = [...many.short, ...many.long];
  const index = indexed(["a", "b"], rows);
  assertEquals(rows.map((row) => index.findValues(row)), rows.map((_, row) => row));
});

test("SeriesIndex: many rows that are indexed in part are found in part", () => {
  const index = new SeriesIndex(["a", "b"], many.short.flat(), 2, ["open", "open"]);
  for (let row = 0; row < 20_000; row += 2) index.add(row);
  const found = many.short.map((row) => index.findValues(row));
  assertEquals(found, many.short.map((_, row) => row % 2 === 0 ? row : -1));
});

test("SeriesIndex: many rows are found after a compaction, and after one that leaves few", () => {
  for (const rows of [many.short, many.long]) {
    for (const every of [2, 1000]) {
      const index = indexed(["a", "b"], rows);
      const kept = rows.filter((_, row) => row % every === 1);
      const moved = Int32Array.from(rows, (_, row) => row % every === 1 ? (row - 1) / every : -1);
      const values = [...kept.flat(), ...rows[0]];
      index.renumber(values, moved);
      index.add(kept.length);
      assertEquals(
        rows.map((row) => index.findValues(row)),
        [kept.length, ...moved.subarray(1)],
      );
    }
  }
});

test("SeriesIndex: a compaction that leaves few rows adds these anew, to give memory back", () => {
  const { addAll } = HashedRows.prototype;
  for (const [every, expected] of [[2, 0], [1000, 20]]) {
    const index = indexed(["a", "b"], many.short);
    const moved = Int32Array.from(many.short, (_, row) => row % every === 0 ? row / every : -1);
    let added = 0;
    HashedRows.prototype.addAll = function (this: HashedRows, rows: ArrayLike<number>): boolean {
      added += rows.length;
      return addAll.call(this, rows);
    };
    try {
      index.renumber(many.short.filter((_, row) => row % every === 0).flat(), moved);
    } finally {
      HashedRows.prototype.addAll = addAll;
    }
    assertEquals(added, expected);
  }
});

test("SeriesIndex: an optional label that is left out, or undefined, is found as the empty value", () => {
  const rows = [["1", "2"], ["1", ""], ["", "2"], ["", ""]];
  for (const count of [1, 2, 3, 4]) {
    const index = indexed(["a", "b"], rows.slice(0, count), "optional");
    const found = (...sets: Record<string, unknown>[]) => sets.map((set) => index.find(set));
    const row = (number: number) => number < count ? number : -1;
    assertEquals(found({ a: "1", b: "2" }, { b: 2, a: 1 }), [0, 0]);
    for (
      const set of [{ a: "1" }, { a: 1, b: undefined }, { b: undefined, a: 1 }, { b: "", a: 1 }]
    ) {
      assertEquals(index.find(set), row(1), JSON.stringify(set));
    }
    for (const set of [{ b: "2" }, { a: undefined, b: "2" }, { b: 2, a: "" }]) {
      assertEquals(index.find(set), row(2), JSON.stringify(set));
    }
    for (const set of [{}, { a: undefined }, { b: undefined, a: undefined }]) {
      assertEquals(index.find(set), row(3), JSON.stringify(set));
    }
    assertEquals(found({ c: "3" }, { a: "1", c: "3" }, { c: undefined, a: "1" }, { a: null }), [
      -1,
      -1,
      -1,
      -1,
    ]);
  }
});

test("SeriesIndex: what a set inherits from all objects is no optional label", () => {
  const index = indexed(["constructor", "length"], [["x", "1"], ["", ""]], "optional");
  assertEquals(index.find({ constructor: "x", length: 1 }), 0);
  assertEquals(index.find(["x"] as unknown as Record<string, unknown>), -1);
});

test("SeriesIndex: findOrAdd() adds a row only if no other has its labels", () => {
  for (const rows of [many.short, many.long, many.short.slice(0, 1), many.short.slice(0, 9)]) {
    const values = rows.flat();
    const index = new SeriesIndex(["a", "b"], values, 2, ["open", "open"]);
    assertEquals(rows.map((_, row) => index.findOrAdd(row)), rows.map((_, row) => row));
    const last = rows.length - 1;
    values.push(...rows[0], ...rows[last], "another", "");
    assertEquals([1, 2, 3].map((more) => index.findOrAdd(last + more)), [0, last, last + 3]);
    assertEquals(rows.map((row) => index.findValues(row)), rows.map((_, row) => row));
    index.add(last + 1);
    assertEquals(index.findValues(rows[0]), last + 1);
  }
});

test("SeriesIndex: addNew() adds labels that have a place in a map, before their values", () => {
  const values = ["1", "x", "2", "x", "2", "y"];
  const index = new SeriesIndex(["a", "b"], values, 2, ["optional", "optional"]);
  assertEquals(index.takesNew, false);
  index.add(0);
  assertEquals(index.takesNew, false);
  index.add(1);
  assertEquals(index.takesNew, true);
  index.add(2);
  const add = (set: Record<string, unknown>, row: number) => index.addNew({ ...set }, set, row);
  assertEquals([add({ a: "2", b: "z" }, 3), add({ a: 3, b: true }, 4), add({ a: "2" }, 5)], [
    true,
    true,
    true,
  ]);
  values.push("2", "z", "3", "true", "2", "");
  const found = [{ a: "2", b: "z" }, { b: true, a: "3" }, { a: "2" }, { a: "2", b: "y" }];
  assertEquals(found.map((set) => index.find(set)), [3, 4, 5, 2]);
  const inherited: Record<string, unknown> = Object.create({ c: "1" });
  for (
    const set of [
      // There is such a row, or one that may be it.
      ...found,
      { a: "1", b: "z" },
      // The labels are not those of the index, or not in its order, or there is a text to make.
      { b: "z", a: "2" },
      { a: "9", b: "" },
      { a: "", b: "9" },
      { a: "9", b: null },
      { a: "9", b: undefined },
      { a: "9", c: "1" },
      { a: "9", b: "9", c: "1" },
      { b: "9" },
      Object.assign(inherited, { a: "9", b: "9" }),
      Object.assign(Object.create({ b: "9" }), { a: "9" }),
    ]
  ) {
    assertEquals(add(set, 6), false, JSON.stringify(set));
  }
  assertEquals(index.find({ a: "9", b: "9" }), -1);
  const twice = new SeriesIndex(["a", "a"], ["1", "1", "2", "2"], 2, ["open", "open"]);
  twice.add(0);
  twice.add(1);
  assertEquals(twice.addNew({ a: "3" }, { a: "3" }, 2), false);
  assertEquals(add({}, 6), true);
  values.push("", "");
  assertEquals(index.find({}), 6);
});

test("SeriesIndex: labels whose values are still to come are not those of a set without texts", () => {
  const values = ["1", "x", "2", "x"];
  const index = new SeriesIndex(["a", "b"], values, 2, ["open", "open"]);
  index.add(0);
  index.add(1);
  const set = { a: "3", b: "x" };
  assertEquals([index.find(set), index.addNew({ ...set }, set, 2)], [-1, true]);
  assertEquals([index.find({ a: "3", b: null }), index.find(set)], [-1, -1]);
  values.push("3", "x");
  assertEquals([index.find({ a: "3", b: null }), index.find(set)], [-1, 2]);
});

test("SeriesIndex: look-ups that found nothing, of whatever labels, do not change what is added", () => {
  const values = ["1", "2", "3"];
  const index = new SeriesIndex(["a"], values, 1, ["open"]);
  index.add(0);
  index.add(1);
  const set = { a: "3" };
  assertEquals(index.find(set), -1);
  index.add(2);
  assertEquals([index.addNew({ ...set }, set, 3), index.find(set)], [false, 2]);
  assertEquals([index.find({ a: "4" }), index.addNew({ a: "5" }, { a: "5" }, 3)], [-1, true]);
  assertEquals([index.find({ a: "5" }), index.addNew({ a: "4" }, { a: "4" }, 4)], [3, true]);
});

/** An index of one label, whose values are numbers. */
function indexedNumbers(count: number): { values: string[]; index: SeriesIndex } {
  const values = Array.from({ length: count }, (_, row) => String(row));
  const index = new SeriesIndex(["a"], values, 1, ["open"]);
  for (let row = 0; row < count; row++) index.add(row);
  return { values, index };
}

test("SeriesIndex: rows are added after a compaction that left none, at each number of earlier ones", () => {
  for (const earlier of [1, 2, 16_383, 16_384, 16_385]) {
    const { index } = indexedNumbers(earlier);
    const left = ["x", "y"];
    index.renumber(left, new Int32Array(earlier).fill(-1));
    for (const row of left.keys()) index.add(row);
    assertEquals([...left, "0"].map((a) => index.find({ a })), [0, 1, -1], `${earlier} rows`);
  }
});

test("SeriesIndex: rows that come after a compaction of many to few are all found", () => {
  for (let left = 0; left < 9; left++) {
    const { values, index } = indexedNumbers(16_400);
    const kept = values.slice(0, left);
    index.renumber(kept, Int32Array.from(values, (_, row) => row < left ? row : -1));
    for (let row = left; row < 40; row++) {
      kept.push(String(row));
      index.add(row);
    }
    assertEquals(kept.map((a) => index.find({ a })), [...kept.keys()], `${left} are left`);
  }
});
