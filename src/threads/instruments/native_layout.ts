import type { MetricFamily, NativeBuckets } from "../../model/snapshot.ts";
import type { Layout, MergedSeries, RowsOfSegment } from "./layout.ts";
import { mergeNative } from "../../merge/merge_native.ts";
import { nativeCells, nativeHead } from "./native_cells.ts";
import { readNativeHistogram } from "./native_reading.ts";
import { NativeTable } from "./native_table.ts";
import type { Slot } from "../memory/slot.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";
import type { SegmentWriter } from "../memory/segment_writer.ts";

/** Merged rows: sums, classic buckets and native buckets. */
interface NativeTotals {
  readonly sums: Float64Array;
  readonly buckets: Float64Array;
  readonly native: (NativeBuckets | undefined)[];
}

/**
 * The layout of histograms with native buckets. A table that becomes too small is replaced and not
 * moved, so it stays readable.
 */
export class NativeLayout implements Layout<NativeTotals> {
  /** Number of cells of a series, without its table. */
  readonly width: number;
  /** False: observations of ended threads still count. */
  readonly livingOnly = false;
  readonly #bounds: readonly number[];

  /** @param bounds Bounds of the classic buckets; none for a histogram that is native only. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.width = nativeCells.buckets + bounds.length + 1;
  }

  /** Creates rows without an observation. */
  begin(rows: number): NativeTotals {
    return {
      sums: new Float64Array(rows),
      buckets: new Float64Array(rows * (this.#bounds.length + 1)),
      native: new Array<undefined>(rows).fill(undefined),
    };
  }

  /** Adds up the series, at the lower resolution of two. */
  add(
    { sums, buckets, native }: NativeTotals,
    { offsets, rows }: RowsOfSegment,
    segment: SegmentReader,
  ): void {
    const size = this.#bounds.length + 1;
    for (let at = 0; at < offsets.length; at++) {
      const row = rows[at];
      const read = readNativeHistogram(segment, offsets[at], this.#bounds);
      sums[row] += read.sum;
      read.buckets.forEach((observed, bucket) => buckets[row * size + bucket] += observed);
      const present = native[row];
      native[row] = present === undefined ? read.native : mergeNative(present, read.native);
    }
  }

  /** Writes a row with a table of its own. */
  store(totals: NativeTotals, row: number, slot: Slot, writer: SegmentWriter): void {
    const { cells, offset } = slot;
    const size = this.#bounds.length + 1;
    const { schema, zeroThreshold, zeroCount, positive, negative } = totals.native[row]!;
    const table = new NativeTable(writer, positive.indexes.length + negative.indexes.length);
    table.fill(positive, negative);
    const head = offset + nativeCells.heads;
    cells[head + nativeHead.schema] = schema;
    cells[head + nativeHead.zeroThreshold] = zeroThreshold;
    cells[head + nativeHead.zeroCount] = zeroCount;
    cells[head + nativeHead.table] = table.offset;
    cells[head + nativeHead.tableSize] = table.size;
    cells.fill(totals.sums[row], offset + nativeCells.sums, offset + nativeCells.sums + 2);
    cells.set(totals.buckets.subarray(row * size, (row + 1) * size), offset + nativeCells.buckets);
  }

  /** The family with these counts and sums. */
  snapshot(series: MergedSeries, { sums, buckets, native }: NativeTotals): MetricFamily {
    const bounds = this.#bounds;
    return {
      type: "histogram",
      ...series,
      bounds,
      buckets,
      sums,
      native: native as NativeBuckets[],
    };
  }
}
