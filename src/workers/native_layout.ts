import type { MetricFamily, NativeBuckets, SparseBuckets } from "../core/snapshot.ts";
import type { Layout, MergedSeries, Part } from "./layout.ts";
import { mergeNative } from "./merge_native.ts";
import { NativeTable, tableCells } from "./native_table.ts";
import type { Place } from "./place.ts";
import type { SegmentReader } from "./segment_reader.ts";
import type { SegmentWriter } from "./segment_writer.ts";

/** Where the cells of a native histogram are, counted from its first. */
export const nativeCells = {
  /** Odd while the thread writes, as an integer of 32 bits. */
  sequence: 0,
  /** The sum of all values. */
  sum: 1,
  /** The resolution. */
  schema: 2,
  /** Values up to this distance from zero count as zero. */
  zeroThreshold: 3,
  /** How many did. */
  zeroCount: 4,
  /** The first cell of the table of native buckets. */
  table: 5,
  /** How many buckets the table has room for. */
  tableSize: 6,
  /** Observations in each classic bucket alone; the last cells. */
  buckets: 7,
} as const;

/** How often a series is read while its thread writes, before the thread is taken to be stopped. */
const mostReads = 1000;

/** Merged rows: sums and classic buckets, and native buckets. */
interface NativeTotals {
  readonly sums: Float64Array;
  readonly buckets: Float64Array;
  readonly native: (NativeBuckets | undefined)[];
}

/**
 * Histograms with native buckets. They are read again where their thread has written meanwhile; a
 * table that becomes too small is left behind for a larger one, and so stays readable.
 */
export class NativeLayout implements Layout<NativeTotals> {
  /** Cells of a series, without its table. */
  readonly width: number;
  /** What ended threads observed still counts. */
  readonly live = false;
  readonly #bounds: readonly number[];

  /** @param bounds Those of the classic buckets; none for a histogram that is native only. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.width = nativeCells.buckets + bounds.length + 1;
  }

  /** Rows without an observation. */
  begin(rows: number): NativeTotals {
    return {
      sums: new Float64Array(rows),
      buckets: new Float64Array(rows * (this.#bounds.length + 1)),
      native: new Array<undefined>(rows).fill(undefined),
    };
  }

  /** Adds up, at the lower resolution. */
  add(
    { sums, buckets, native }: NativeTotals,
    { slots, rows }: Part,
    segment: SegmentReader,
  ): void {
    const size = this.#bounds.length + 1;
    for (let at = 0; at < slots.length; at++) {
      const row = rows[at];
      const read = this.#readSeries(segment, slots[at]);
      sums[row] += read.sum;
      read.buckets.forEach((observed, bucket) => buckets[row * size + bucket] += observed);
      const present = native[row];
      native[row] = present === undefined ? read.native : mergeNative(present, read.native);
    }
  }

  /** Writes a row with a table of its own. */
  store(totals: NativeTotals, row: number, place: Place, writer: SegmentWriter): void {
    const { cells, slot } = place;
    const size = this.#bounds.length + 1;
    const { schema, zeroThreshold, zeroCount, positive, negative } = totals.native[row]!;
    const table = new NativeTable(writer, positive.indexes.length + negative.indexes.length);
    table.fill(positive, negative);
    cells[slot + nativeCells.sum] = totals.sums[row];
    cells[slot + nativeCells.schema] = schema;
    cells[slot + nativeCells.zeroThreshold] = zeroThreshold;
    cells[slot + nativeCells.zeroCount] = zeroCount;
    cells[slot + nativeCells.table] = table.slot;
    cells[slot + nativeCells.tableSize] = table.size;
    cells.set(totals.buckets.subarray(row * size, (row + 1) * size), slot + nativeCells.buckets);
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

  #readSeries({ cells, integers }: SegmentReader, slot: number): SeriesRead {
    const first = slot + nativeCells.buckets;
    for (let reads = 1;; reads++) {
      const sequence = Atomics.load(integers, slot * 2);
      const buckets = cells.slice(first, first + this.#bounds.length + 1);
      const native = readNative(cells, integers, slot);
      const sum = cells[slot + nativeCells.sum];
      const isStill = Atomics.load(integers, slot * 2) === sequence && (sequence & 1) === 0;
      if (isStill) return { buckets, sum, native };
      if (reads === mostReads) return { buckets: agreeing(buckets, native), sum, native };
    }
  }
}

interface SeriesRead {
  readonly buckets: Float64Array;
  readonly sum: number;
  readonly native: NativeBuckets;
}

function readNative(cells: Float64Array, integers: Int32Array, slot: number): NativeBuckets {
  const table = cells[slot + nativeCells.table];
  const size = cells[slot + nativeCells.tableSize];
  const sides = { positive: new Map<number, number>(), negative: new Map<number, number>() };
  // A table that was just made may lie beyond what this reader sees; then it is read again.
  if (table + tableCells(size) <= cells.length) {
    for (let at = 0; at < size; at++) {
      const count = cells[table + at];
      const key = integers[(table + size) * 2 + at];
      if (count > 0) (key & 1 ? sides.negative : sides.positive).set(key >> 1, count);
    }
  }
  return {
    schema: cells[slot + nativeCells.schema],
    zeroThreshold: cells[slot + nativeCells.zeroThreshold],
    zeroCount: cells[slot + nativeCells.zeroCount],
    positive: sorted(sides.positive),
    negative: sorted(sides.negative),
    exemplars: [],
  };
}

function sorted(counts: ReadonlyMap<number, number>): SparseBuckets {
  const indexes = [...counts.keys()].sort((one, other) => one - other);
  return { indexes, counts: indexes.map((index) => counts.get(index)!) };
}

/** Of a thread that was stopped within an observation: classic buckets as many as native ones. */
function agreeing(buckets: Float64Array, native: NativeBuckets): Float64Array {
  const { positive, negative, zeroCount } = native;
  const total = [...positive.counts, ...negative.counts]
    .reduce((count, observed) => count + observed, zeroCount);
  const classic = buckets.reduce((count, observed) => count + observed, 0);
  buckets[buckets.length - 1] += Math.max(total - classic, -buckets[buckets.length - 1]);
  return buckets;
}
