import type { BucketedSnapshot, SummarySnapshot } from "../../model/snapshot.ts";
import type { RowRange } from "../encoding/encoder.ts";

/** Gives the values of rows, a line each and in the order of the lines; valid until asked again. */
export type LineValues = (rows: RowRange) => Float64Array;

/** What a series has after its buckets or quantiles. */
export type Total = "sum" | "count";

/** Values that stand in the order of the lines. */
export function plainValues(values: Float64Array, linesEach: number): LineValues {
  return ({ first }) => first === 0 ? values : values.subarray(first * linesEach);
}

/** One value of each column, row after row. */
export function columnValues(columns: readonly ArrayLike<number>[]): LineValues {
  return ({ first, end }) => {
    const values = roomFor((end - first) * columns.length);
    let at = 0;
    for (let row = first; row < end; row++) {
      for (const column of columns) values[at++] = column[row];
    }
    return values;
  };
}

/** A line of 1 for each row. */
export function ones({ first, end }: RowRange): Float64Array {
  return new Float64Array(end - first).fill(1);
}

/** Room for the values of a block. */
let lines = new Float64Array(0);

function roomFor(size: number): Float64Array {
  if (size > lines.length) lines = new Float64Array(size);
  return lines;
}

/** The buckets of each row, each with the count of all before it, and the totals. */
export function bucketValues(
  { bounds, buckets, sums }: BucketedSnapshot,
  totals: readonly Total[],
  created?: ArrayLike<number>,
): LineValues {
  const size = bounds.length + 1;
  return ({ first, end }) => {
    const values = roomFor((end - first) * (size + 3));
    let at = 0;
    for (let row = first; row < end; row++) {
      let count = 0;
      for (let bucket = row * size; bucket < (row + 1) * size; bucket++) {
        count += buckets[bucket];
        values[at++] = count;
      }
      for (const total of totals) {
        values[at++] = total === "sum" ? sums[row] : count;
      }
      if (created !== undefined) values[at++] = created[row];
    }
    return values;
  };
}

/** The quantiles of each row and the totals. */
export function summaryValues(
  { quantiles, values: all, sums, counts }: SummarySnapshot,
  totals: readonly Total[],
  created?: ArrayLike<number>,
): LineValues {
  const size = quantiles.length;
  return ({ first, end }) => {
    const values = roomFor((end - first) * (size + 3));
    let at = 0;
    for (let row = first; row < end; row++) {
      for (let quantile = row * size; quantile < (row + 1) * size; quantile++) {
        values[at++] = all[quantile];
      }
      for (const total of totals) {
        values[at++] = total === "sum" ? sums[row] : counts[row];
      }
      if (created !== undefined) values[at++] = created[row];
    }
    return values;
  };
}
