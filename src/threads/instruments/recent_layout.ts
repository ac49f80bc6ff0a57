import type { GaugeMerge } from "../../model/gauge_merge.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { Layout, MergedSeries, RowsOfSegment } from "./layout.ts";
import type { Slot } from "../memory/slot.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";

/** The layout of gauges that merge to the most recent value: two cells, the value and its time. */
export class RecentLayout implements Layout<Float64Array> {
  /** Cells of a series. */
  readonly width = 2;
  /** Whether only threads that have not ended count. */
  readonly livingOnly: boolean;
  readonly #merge: GaugeMerge;

  constructor(merge: GaugeMerge, livingOnly: boolean) {
    this.#merge = merge;
    this.livingOnly = livingOnly;
  }

  /** Rows of a value and its time, which is 0 if it was never set. */
  begin(rows: number): Float64Array {
    return new Float64Array(rows * 2);
  }

  /** Takes the later of two. */
  add(recent: Float64Array, { offsets, rows }: RowsOfSegment, { cells }: SegmentReader): void {
    for (let at = 0; at < offsets.length; at++) {
      const row = rows[at] * 2;
      const time = cells[offsets[at] + 1];
      if (time < recent[row + 1]) continue;
      recent[row] = cells[offsets[at]];
      recent[row + 1] = time;
    }
  }

  /** Copies a row. */
  store(recent: Float64Array, row: number, { cells, offset }: Slot): void {
    cells.set(recent.subarray(row * 2, row * 2 + 2), offset);
  }

  /** The family with the values, and when they were set. */
  snapshot({ created: _, ...header }: MergedSeries, recent: Float64Array): MetricFamily {
    const values = recent.filter((_, at) => at % 2 === 0);
    const times = recent.filter((_, at) => at % 2 === 1);
    return { type: "gauge", ...header, merge: this.#merge, values, times };
  }
}
