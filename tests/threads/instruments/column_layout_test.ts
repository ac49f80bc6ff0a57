import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { ColumnLayout } from "../../../src/threads/instruments/column_layout.ts";
import { newSegment } from "../../../src/threads/memory/segment.ts";
import { SegmentReader } from "../../../src/threads/memory/segment_reader.ts";
import { SegmentWriter } from "../../../src/threads/memory/segment_writer.ts";
import { constUnknown } from "../../../src/model/const_metrics/const_metrics.ts";

/** What two segments with these cells, each of one series, become. */
function merged(operation: "sum" | "max" | "min", ...cells: readonly number[][]): number[] {
  const width = cells[0]?.length ?? 1;
  const snapshot = () => constUnknown({ name: "a", help: "A.", samples: [] });
  const layout = new ColumnLayout(operation, snapshot, { width });
  const totals = layout.begin(1);
  for (const numbers of cells) {
    const segment = newSegment();
    const slot = new SegmentWriter(segment).allocate(width);
    slot.cells.set(numbers, slot.offset);
    const reader = new SegmentReader(segment);
    reader.seeCells();
    layout.add(totals, { offsets: [slot.offset], rows: [0] }, reader);
  }
  return [...totals];
}

test("ColumnLayout merges each cell by its operation, however many there are", () => {
  assertEquals(merged("sum", [3], [4]), [7]);
  assertEquals(merged("sum", [3, 10], [4, 20]), [7, 30]);
  assertEquals([merged("max", [3], [4]), merged("min", [3], [4])], [[4], [3]]);
  assertEquals([merged("max", [-3]), merged("min", [3]), merged("sum")], [[-3], [3], [0]]);
  assertEquals(merged("max", [3, 20], [4, 10]), [4, 20]);
  assertEquals(merged("min", [3, 20], [4, 10]), [3, 10]);
});
