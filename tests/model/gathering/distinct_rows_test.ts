import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { CollectionError } from "../../../mod.ts";
import { DistinctRows } from "../../../src/model/gathering/distinct_rows.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

/** The first row that is there twice, or -1. */
function firstRepeated(width: number, values: readonly string[]): number {
  const names = Array.from({ length: width }, (_, column) => `l${column}`);
  const rows = values.length / width;
  const distinct = new DistinctRows("jobs", { names, values, rows });
  for (let row = 0; row < rows; row++) {
    try {
      distinct.add(row);
    } catch {
      return row;
    }
  }
  return -1;
}

test("DistinctRows: values that are joined alike, or in another order, are other rows", () => {
  assertEquals(firstRepeated(2, ["a", "bc", "ab", "c", "", "abc", "abc", "", "c", "ab"]), -1);
  assertEquals(firstRepeated(3, ["a", "b", "", "a", "", "b", "", "a", "b", "b", "a", ""]), -1);
  assertEquals(firstRepeated(1, ["1", "2", "01", "1 ", ""]), -1);
});

test("DistinctRows: a repeated row is found wherever it is, among many", () => {
  const rows = 5000;
  const values = Array.from({ length: rows }, (_, row) => [`${row >> 3}`, `${row & 7}`]).flat();
  assertEquals(firstRepeated(2, values), -1);
  for (const [one, other] of [[0, 1], [0, rows - 1], [17, 4000], [rows - 2, rows - 1]]) {
    const copy = [...values];
    copy.splice(other * 2, 2, ...values.slice(one * 2, one * 2 + 2));
    assertEquals(firstRepeated(2, copy), other);
  }
});

test("DistinctRows: without columns there is one row", () => {
  const distinct = new DistinctRows("jobs", { names: [], values: [], rows: 2 ** 40 });
  distinct.add(0);
  assertThrowsWith(() => distinct.add(1), CollectionError, "jobs: two series have the labels []");
});

test("DistinctRows: the labels of a repeated row are named, without empty ones", () => {
  const values = ["1", "", "2", "", "1", ""];
  const distinct = new DistinctRows("jobs", { names: ["a", "b"], values, rows: 3 });
  distinct.add(0);
  distinct.add(1);
  assertThrowsWith(
    () => distinct.add(2),
    CollectionError,
    'two series have the labels [["a","1"]]',
  );
});

test("DistinctRows: values are checked when they first appear, and may be changed then", () => {
  const numbers = Array.from({ length: 50 }, (_, number) => String(number));
  const values = [...numbers, ...numbers, ...numbers.map((number) => `${number}?`)];
  const seen: string[] = [];
  const table = { names: ["a"], values, rows: values.length };
  const distinct = new DistinctRows("jobs", table, (value, at) => {
    seen.push(value);
    return values[at] = value.replace("?", "");
  });
  values.forEach((value, row) => {
    if (row < 50) distinct.add(row);
    else {assertThrowsWith(
        () => distinct.add(row),
        CollectionError,
        "two series",
        parseInt(value) + "",
      );}
  });
  assertEquals(seen, [...numbers, ...numbers.map((number) => `${number}?`)]);
});
