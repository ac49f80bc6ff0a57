import type { MetricFamily } from "../../model/snapshot.ts";
import type { Layout, MergedSeries, RowsOfSegment } from "./layout.ts";
import { endPause, requestPause } from "../memory/handshake.ts";
import type { Slot } from "../memory/slot.ts";
import type { SegmentReader } from "../memory/segment_reader.ts";

/** The index of a distribution's cells, counted from its first. */
export const distributionCells = {
  /** Number of complete observations, as a 32-bit integer that may overflow. */
  sequence: 0,
  /** Two sums: one after an even number of observations, and one after an odd number. */
  sums: 1,
  /** Number of observations in each bucket, not cumulative; the last cells. */
  buckets: 3,
} as const;

/** Failed reads of a series before its writer is asked to pause; a stopped one does not answer. */
const readsBeforePause = 100;
/** Maximum number of reads of a series; the last one is taken as it is. */
const maxReads = 10_000;

/** Merged rows: sums and buckets. */
interface DistributionTotals {
  readonly sums: Float64Array;
  readonly buckets: Float64Array;
}

/**
 * The layout of histograms and summaries, whose count, sum and buckets must agree at any moment.
 *
 * An observation is complete with its one write to a bucket: before that, its sum is in the one of
 * two cells that is not read yet. So whenever a thread is stopped or killed, a reader finds either
 * all of an observation or nothing of it, and never has to wait for the thread.
 */
export class DistributionLayout implements Layout<DistributionTotals> {
  /** Number of cells of a series. */
  readonly width: number;
  /** False: observations of ended threads still count. */
  readonly livingOnly = false;
  readonly #type: "histogram" | "summary";
  readonly #bounds: readonly number[];
  /** The buckets of the series that was read last. */
  readonly #read: Float64Array;

  /** A summary has one bucket, which is its count. */
  constructor(type: "histogram" | "summary", bounds: readonly number[]) {
    this.#type = type;
    this.#bounds = bounds;
    this.width = distributionCells.buckets + bounds.length + 1;
    this.#read = new Float64Array(bounds.length + 1);
  }

  /** Creates rows without an observation. */
  begin(rows: number): DistributionTotals {
    return {
      sums: new Float64Array(rows),
      buckets: new Float64Array(rows * this.#read.length),
    };
  }

  /**
   * Adds up the series, each as it was at one moment. One loop over local variables that reads each
   * series once; what was being written meanwhile is read again apart.
   */
  add(
    { sums, buckets }: DistributionTotals,
    { offsets, rows }: RowsOfSegment,
    segment: SegmentReader,
  ): void {
    const { cells, integers } = segment;
    const read = this.#read;
    const size = read.length;
    for (let at = 0; at < offsets.length; at++) {
      const offset = offsets[at];
      const row = rows[at];
      const first = offset + distributionCells.buckets;
      const sequence = Atomics.load(integers, offset * 2);
      let count = 0;
      for (let bucket = 0; bucket < size; bucket++) count += read[bucket] = cells[first + bucket];
      let sum = cells[offset + distributionCells.sums + (count & 1)];
      if ((count | 0) !== sequence || Atomics.load(integers, offset * 2) !== sequence) {
        sum = this.#readAgain(segment, offset);
      }
      const target = row * size;
      for (let bucket = 0; bucket < size; bucket++) buckets[target + bucket] += read[bucket];
      sums[row] += sum;
    }
  }

  /** Writes a row as if one thread had made all of its observations. */
  store(totals: DistributionTotals, row: number, { cells, integers, offset }: Slot): void {
    const size = this.#read.length;
    const buckets = totals.buckets.subarray(row * size, (row + 1) * size);
    cells.fill(
      totals.sums[row],
      offset + distributionCells.sums,
      offset + distributionCells.buckets,
    );
    cells.set(buckets, offset + distributionCells.buckets);
    integers[offset * 2] = buckets.reduce((count, observed) => count + observed, 0);
  }

  /** The family with these counts and sums. */
  snapshot(series: MergedSeries, { sums, buckets }: DistributionTotals): MetricFamily {
    return this.#type === "histogram"
      ? { type: "histogram", ...series, bounds: this.#bounds, buckets, sums }
      : {
        type: "summary",
        ...series,
        quantiles: [],
        values: new Float64Array(0),
        counts: buckets,
        sums,
      };
  }

  /**
   * Reads one series, whose first reading failed, until its count and sum are of the same moment.
   * Returns the sum.
   *
   * Buckets only grow, and each is read after the sequence, so if they add up to the sequence, each
   * is as it was then. They may be one ahead if the thread was stopped between its last two writes;
   * its earlier writes have been visible for long by then.
   */
  #readAgain({ cells, integers }: SegmentReader, offset: number): number {
    const read = this.#read;
    const buckets = offset + distributionCells.buckets;
    for (let reads = 2;; reads++) {
      const sequence = Atomics.load(integers, offset * 2);
      let count = 0;
      for (let bucket = 0; bucket < read.length; bucket++) {
        count += read[bucket] = cells[buckets + bucket];
      }
      const ahead = (count - sequence) | 0;
      const sum = cells[offset + distributionCells.sums + (count & 1)];
      const isUnchanged = Atomics.load(integers, offset * 2) === sequence;
      const isConsistent = isUnchanged &&
        (ahead === 0 || (ahead === 1 && reads > readsBeforePause));
      if (isConsistent || reads === maxReads) {
        if (reads > readsBeforePause) endPause(integers, offset);
        return sum;
      }
      if (reads >= readsBeforePause) requestPause(integers, offset);
    }
  }
}
