import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import type { LabelTable } from "../../../src/core.ts";
import { ByteWriter } from "../../../src/exposition/text/byte_writer.ts";
import { cacheRows, type LabelBytes } from "../../../src/exposition/protobuf/label_bytes.ts";
import { textOf } from "../../support/pages.ts";

/** Rows of one column, and how many were ever written. */
function remembered() {
  const writes: number[] = [];
  const rowsOf = cacheRows(
    (capacity) => new ByteWriter(capacity),
    () => (writer, values, first) => {
      writes.push(first);
      writer.text(`<${values[first]}>`);
    },
  );
  return { rowsOf, writes };
}

const names = ["a"];
const values = Array.from({ length: 100 }, (_, at) => `value ${at}`);
const table = (rows: number): LabelTable => ({ names, values, rows });

function rowsIn({ bytes, ends }: LabelBytes, rows: number): string[] {
  return Array.from(
    { length: rows },
    (_, row) => textOf(bytes.subarray(row === 0 ? 0 : ends[row - 1], ends[row])),
  );
}

const expected = (rows: number) => values.slice(0, rows).map((value) => `<${value}>`);

test("cacheRows: rows requested part by part equal those of the whole", () => {
  const { rowsOf, writes } = remembered();
  for (let end = 7; end < 100; end += 7) {
    assertEquals(rowsIn(rowsOf(table(100), end), end), expected(end));
  }
  assertEquals(rowsIn(rowsOf(table(100), 100), 100), expected(100));
  assertEquals(writes, Array.from({ length: 100 }, (_, row) => row));
});

test("cacheRows: a row is written once, even if the table grows or an older one returns", () => {
  const { rowsOf, writes } = remembered();
  assertEquals(rowsIn(rowsOf(table(20), 20), 20), expected(20));
  assertEquals(rowsIn(rowsOf(table(60), 40), 40), expected(40));
  assertEquals(rowsIn(rowsOf(table(20), 20), 20), expected(20));
  assertEquals(rowsIn(rowsOf(table(30), 30), 30), expected(30));
  assertEquals(rowsIn(rowsOf(table(50), 50), 50), expected(50));
  assertEquals(rowsIn(rowsOf(table(60), 60), 60), expected(60));
  assertEquals(writes.length, 60);
});

test("cacheRows: a complete table has no spare memory", () => {
  const { rowsOf } = remembered();
  rowsOf(table(60), 40);
  const { bytes, ends } = rowsOf(table(60), 60);
  assertEquals(bytes.buffer.byteLength, bytes.length);
  assertEquals(ends.length, 60);
});

test("cacheRows: other label names have other rows", () => {
  const { rowsOf, writes } = remembered();
  const other = { names: ["b"], values, rows: 10 };
  assertStrictEquals(rowsOf(table(10), 10), rowsOf(table(10), 10));
  assertEquals(rowsOf(table(10), 10) === rowsOf(other, 10), false);
  assertEquals(writes.length, 20);
});

test("cacheRows: a table without columns has a row of no bytes, and is not written", () => {
  const { rowsOf, writes } = remembered();
  const one = rowsOf({ names: [], values: [], rows: 1 }, 1);
  assertEquals([one.bytes.length, one.ends[0]], [0, 0]);
  assertStrictEquals(rowsOf({ names: [], values: [], rows: 1 }, 1), one);
  assertEquals(writes, []);
});
