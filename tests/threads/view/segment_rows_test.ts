import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { SegmentRows } from "../../../src/threads/view/segment_rows.ts";

test("SegmentRows: a series is found by its offset, as long as it is there", () => {
  const series = new SegmentRows();
  for (const offset of [10, 20, 30, 40]) series.add(offset, offset / 10, 0);
  const found = () => [10, 20, 30, 40, 50].map((offset) => series.indexOf(offset));
  assertEquals(found(), [0, 1, 2, 3, undefined]);
  series.remove(1);
  assertEquals(found(), [0, undefined, 2, 1, undefined]);
  series.remove(2);
  series.add(50, 5, 7);
  assertEquals(found(), [0, undefined, undefined, 1, 2]);
  assertEquals([series.offsets, series.rows, series.stamps], [[10, 40, 50], [1, 4, 5], [0, 0, 7]]);
  series.renumber([9, 8, 7, 6, 5, 4]);
  assertEquals(series.rows, [8, 5, 4]);
});
