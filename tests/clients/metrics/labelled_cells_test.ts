import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { mock, test } from "node:test";
import type { Cell } from "../../../src/clients/metrics/cell.ts";
import { LabelledCells } from "../../../src/clients/metrics/labelled_cells.ts";
import type { LabelSet } from "../../../src/model/family/labels.ts";
import { SeriesTable } from "../../../src/model/family/series_table.ts";

const maker = {
  createCell: (labels: LabelSet): Cell => ({ labels, isRemoved: false }),
  renewCell: () => {},
};

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
  const value = fc.constantFrom<unknown>("x", "y", "z", 1, "1", "", undefined, null, true);
  const set = fc.oneof(
    fc.dictionary(fc.constantFrom("a", "b"), value, { maxKeys: 2 }),
    fc.record({ a: value, b: value }),
  );
  const kind = fc.constantFrom("open", "open", "recall", "recall", "remove", "clear", "list");
  const text = (given: unknown) => given === undefined ? "" : String(given);
  fc.assert(
    fc.property(fc.array(fc.tuple(kind, set), { maxLength: 200, size: "max" }), (steps) => {
      const cells = new LabelledCells(["a", "b"], maker);
      const model = new Map<string, Cell>();
      const gone = new Set<Cell>();
      for (const [kind, labels] of steps) {
        const values = [text(labels.a), text(labels.b)];
        const key = JSON.stringify(values);
        const present = model.get(key);
        const isPlain = labels.a !== null && labels.b !== null;
        if (kind === "open" || kind === "recall") {
          const cell = (kind === "recall" ? cells.recall(labels) : undefined) ?? cells.open(labels);
          assertStrictEquals(cell, present ?? cell);
          gone.delete(cell);
          model.set(key, cell);
          const given = Object.entries(labels).filter(([, value]) => value !== "");
          if (present === undefined) assertEquals(Object.entries(cell.labels), given);
          assertStrictEquals(cells.recall(labels) ?? cells.open(labels), cell);
        } else if (kind === "remove") {
          cells.remove(labels);
          if (present) gone.add(present);
          model.delete(key);
        } else if (kind === "list") {
          assertEquals(cells.all(), [...model.values()]);
        } else if (steps.length % 5 !== 0) {
          cells.clear();
          for (const cell of model.values()) gone.add(cell);
          model.clear();
        }
        // What is looked up changes what the cells know, so not at each step.
        if (values[0] === "x") {
          const found = cells.findValues(values);
          if (found !== undefined) assertStrictEquals(found, model.get(key));
          assertStrictEquals(cells.find(labels), isPlain ? found : undefined);
        }
      }
      assertEquals(cells.all(), [...model.values()]);
      assertEquals([...gone].every(({ isRemoved }) => isRemoved), true);
      assertEquals(cells.all().some(({ isRemoved }) => isRemoved), false);
      const { labels: { values } } = cells.series();
      assertEquals(values, [...model.keys()].flatMap((key) => JSON.parse(key)));
    }),
    { numRuns: 200 },
  );
});

test("LabelledCells: labels that a set inherits are those of its cell", () => {
  const cells = new LabelledCells(["a", "b"], maker);
  for (const a of ["1", "2", "3"]) cells.open({ a, b: "x" });
  const inherited: LabelSet = Object.create({ b: "y" }, {
    a: { value: "4", enumerable: true },
  });
  assertEquals(cells.recall(inherited), undefined);
  assertEquals(cells.open(inherited).labels, { a: "4", b: "y" });
  assertStrictEquals(cells.recall(inherited), cells.find({ a: "4", b: "y" }));
});

test("LabelledCells: a label that a set inherits and the metric does not have is no label of a cell", () => {
  const cells = new LabelledCells(["a"], maker);
  for (const a of ["1", "2", "3"]) cells.open({ a });
  const set: LabelSet = Object.assign(Object.create({ other: "x" }), { a: "4" });
  // Whoever opens it has refused it before.
  assertEquals(cells.recall(set), undefined);
  assertEquals(cells.all().length, 3);
});

test("LabelledCells: two labels of one name have the same value", () => {
  const cells = new LabelledCells(["a", "a"], maker);
  const made = ["1", 2, "3", 4, "5"].map((a) => cells.open({ a }));
  assertEquals(["1", 2, "3", 4, "5"].map((a) => cells.open({ a })), made);
  assertEquals(cells.series().labels.values, ["1", "1", "2", "2", "3", "3", "4", "4", "5", "5"]);
});

test("LabelledCells: cells that come again after a clear() are the same ones, in any order", () => {
  const users = Array.from({ length: 100 }, (_, user) => `user-${user}`);
  const orders = {
    same: [users, users],
    part: [users.slice(0, 50), users],
    reversed: [users.toReversed(), users],
    mixed: [users.map((_, at) => users[at * 37 % 100]), users],
    more: [[...users.slice(0, 30), "another", ...users.slice(30)], users],
  };
  for (const order of Object.values(orders)) {
    const cells = new LabelledCells(["user"], maker);
    const made = new Map(users.map((user) => [user, cells.open({ user })]));
    for (const names of order) {
      const before = cells.series();
      const values = [...before.labels.values];
      cells.clear();
      assertEquals(names.map((user) => cells.find({ user })), names.map(() => undefined));
      const again = names.map((user) => cells.recall({ user }) ?? cells.open({ user }));
      assertEquals(again.map(({ labels }) => labels.user), names);
      if (names.length <= 100) {
        // Those that did not come last time are new.
        const same = again.filter((cell) => made.get(cell.labels.user as string) === cell);
        assert(same.length >= 50, `${same.length} cells`);
      }
      assertEquals(cells.all(), again);
      assertEquals(cells.series().children, again);
      // What was listed before has not changed.
      assertEquals(before.labels.values.slice(0, values.length), values);
      assertEquals(before.created.slice(0, values.length).includes(0), false);
    }
  }
});

test("LabelledCells: recall() makes new series, finds them, and makes more after all came again", () => {
  const cells = new LabelledCells(["user", "zone"], maker);
  for (const user of ["1", "2", "3"]) cells.open({ user, zone: "x" });
  const cell = cells.recall({ user: "4", zone: "x" });
  assertEquals(cell?.labels, { user: "4", zone: "x" });
  assertStrictEquals(cells.recall({ user: "4", zone: "x" }), cell);
  cells.clear();
  for (const user of ["1", "2", "3", "4"]) cells.recall({ user, zone: "x" });
  assertEquals(cells.recall({ user: "5", zone: "x" })?.labels, { user: "5", zone: "x" });
  assertEquals(cells.all().map(({ labels }) => labels.user), ["1", "2", "3", "4", "5"]);
});

test("LabelledCells: cells that do not come again after a clear() are dropped with the next list", () => {
  const cells = new LabelledCells(["user"], maker);
  const first = cells.open({ user: "1" });
  cells.open({ user: "2" });
  cells.clear();
  assertStrictEquals(cells.open({ user: "1" }), first);
  assertEquals(cells.all(), [first]);
  const { labels } = cells.series();
  assertEquals([labels.values, labels.rows], [["1"], 1]);
  cells.clear();
  assertEquals(cells.all(), []);
  assert(cells.open({ user: "1" }) !== first);
});

test("LabelledCells: a cell that comes again has the labels, and the numbers, of a new one", () => {
  const renewed: Cell[] = [];
  const cells = new LabelledCells(["a", "b"], {
    ...maker,
    renewCell: (cell) => renewed.push(cell),
  });
  const cell = cells.open({ a: "1", b: "2" });
  const { labels } = cell;
  for (const [given, isSame] of [[{ a: "1", b: "2" }, true], [{ b: "2", a: 1 }, false]] as const) {
    cells.clear();
    assertStrictEquals(cells.open(given), cell);
    assertEquals(Object.entries(cell.labels), Object.entries(given));
    assertEquals(cell.labels === labels, isSame);
  }
  assertEquals(renewed, [cell, cell]);
});

test("LabelledCells: a series was made after the last list that did not show it", () => {
  const now = mock.method(Date, "now", () => 1000);
  try {
    const cells = new LabelledCells(["user"], maker);
    const at = (seconds: number, user: string) => {
      now.mock.mockImplementation(() => seconds * 1000);
      cells.open({ user });
    };
    at(1, "a");
    // The clock is read for the first one only.
    at(2, "b");
    assertEquals(cells.series().created, [1, 1]);
    at(3, "c");
    cells.clear();
    at(4, "b");
    assertEquals(cells.series().created, [3]);
    at(5, "b");
    at(6, "d");
    assertEquals(cells.series().created, [3, 6]);
    cells.clear();
    at(7, "b");
    at(8, "d");
    assertEquals(cells.series().created, [7, 7]);
    at(9, "e");
    cells.all();
    at(10, "f");
    assertEquals(cells.series().created, [7, 7, 9, 10]);
    const plain = new LabelledCells([], maker);
    const created = (seconds: number) => {
      now.mock.mockImplementation(() => seconds * 1000);
      plain.clear();
      plain.open({});
      return seconds % 2 === 0 ? plain.series().created : [];
    };
    assertEquals([11, 12, 13, 14].map(created), [[], [11], [], [13]]);
  } finally {
    now.mock.restore();
  }
});

test("LabelledCells: many series come and go without taking more and more rows", () => {
  const cells = new LabelledCells(["id"], maker);
  cells.open({ id: "kept" });
  let most = 0;
  const occupy = mock.method(SeriesTable.prototype, "occupy");
  try {
    for (let id = 0; id < 5_000; id++) {
      // New ones, then some of both, then always the same one.
      const isNew = id < 1_500 || id < 3_500 && id % 2 === 0;
      const set = { id: isNew ? id : "again" };
      if (cells.recall(set) === undefined) cells.open(set);
      const table = occupy.mock.calls[0].this as SeriesTable<Cell>;
      most = Math.max(most, table.children.length);
      occupy.mock.resetCalls();
      cells.remove(set);
      if (id % 1000 === 0) {
        cells.clear();
        cells.open({ id: "kept" });
        occupy.mock.resetCalls();
      }
    }
  } finally {
    occupy.mock.restore();
  }
  // A page, which drops what was removed, is never written here.
  assert(most < 200, `${most} rows`);
  assertEquals(cells.all().map(({ labels }) => labels.id), ["kept"]);
  assertStrictEquals(cells.find({ id: "kept" }), cells.all()[0]);
});
