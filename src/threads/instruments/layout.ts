import type { FamilySnapshot, MetricFamily } from "../../model/snapshot.ts";
import type { Slot } from "../memory/slot.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";

/** The series of one family in one segment: offset and row of each. */
export interface RowsOfSegment {
  /** The first cell of each series. */
  readonly offsets: readonly number[];
  /** The row of each series in the merged family. */
  readonly rows: readonly number[];
}

/** A family's header, labels and creation times: what a snapshot has besides merged numbers. */
export interface MergedSeries extends FamilySnapshot {
  /** When each series was first created in any thread, in seconds since 1970. */
  readonly created: readonly number[];
}

/** The layout of a type of metric in cells, and how the cells of several threads are merged. */
export interface Layout<Totals = unknown> {
  /** Number of cells of a series. */
  readonly width: number;
  /** Whether only threads that have not ended count. */
  readonly livingOnly: boolean;
  /** Creates rows that nothing was added to yet. */
  begin(rows: number): Totals;
  /** Adds the cells of one segment to the rows. */
  add(totals: Totals, rows: RowsOfSegment, segment: SegmentReader): void;
  /** Writes a merged row into a slot, and into further cells of the writer if it needs them. */
  store(totals: Totals, row: number, slot: Slot, writer: SegmentWriter): void;
  /** The family with its merged rows. */
  snapshot(series: MergedSeries, totals: Totals): MetricFamily;
}
