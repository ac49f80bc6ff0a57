import type { FamilySnapshot, MetricFamily } from "../../model/snapshot.ts";
import type { Slot } from "../memory/slot.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";

/** The series of one family that one segment has: slot and row side by side. */
export interface RowsOfSegment {
  /** The first cell of each series. */
  readonly offsets: readonly number[];
  /** The row of the merged family to which it belongs. */
  readonly rows: readonly number[];
}

/** What a snapshot of merged numbers needs besides them. */
export interface MergedSeries extends FamilySnapshot {
  /** When each series was first made anywhere, in seconds since 1970. */
  readonly created: readonly number[];
}

/** How a type of metric lies in cells, and how the cells of several threads become one row. */
export interface Layout<Totals = unknown> {
  /** Cells of a series. */
  readonly width: number;
  /** Whether only threads that have not ended count. */
  readonly livingOnly: boolean;
  /** So many rows, before any thread. */
  begin(rows: number): Totals;
  /** Takes the cells of one segment into the rows. */
  add(totals: Totals, rows: RowsOfSegment, segment: SegmentReader): void;
  /** Writes a merged row into cells; into more than its own, where it needs them. */
  store(totals: Totals, row: number, slot: Slot, writer: SegmentWriter): void;
  /** The family with its merged rows. */
  snapshot(series: MergedSeries, totals: Totals): MetricFamily;
}
