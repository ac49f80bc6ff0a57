import { unknownType } from "../encoding/encoding_error.ts";
import type { BucketedSnapshot, MetricFamily, SummarySnapshot } from "../../model/snapshot.ts";
import type { RowRange } from "../encoding/encoder.ts";

/** Returns the values of rows in the order of their lines; valid until the next call. */
export type LineValues = (rows: RowRange) => Float64Array;

/** A number that a series has after its buckets or quantiles. */
type Total = "sum" | "count";

/**
 * The values of a family's lines.
 *
 * @param linesPerRow Number of lines of a row.
 * @param totals The totals of distributions, in the order of their lines.
 * @param created Creation times, if a row has a line for its own.
 */
export function lineValues(
  family: MetricFamily,
  linesPerRow: number,
  totals: readonly Total[],
  created?: Float64Array,
): LineValues {
  switch (family.type) {
    case "counter":
      return created === undefined
        ? plainValues(family.values, linesPerRow)
        : columnValues([family.values, created]);
    case "gauge":
    case "unknown":
    case "stateset":
      return plainValues(family.values, linesPerRow);
    case "info":
      return ones;
    case "histogram":
    case "gaugehistogram":
      return bucketValues(family, totals, created);
    case "summary":
      return summaryValues(family, totals, created);
    default:
      throw unknownType(family);
  }
}

/** Values that already are in the order of the lines. */
export function plainValues(values: Float64Array, linesPerRow: number): LineValues {
  return ({ first }) => first === 0 ? values : values.subarray(first * linesPerRow);
}

/** Values of several columns, a line each. */
function columnValues(columns: readonly ArrayLike<number>[]): LineValues {
  return ({ first, end }) => {
    const values = reserve((end - first) * columns.length);
    let at = 0;
    for (let row = first; row < end; row++) {
      for (const column of columns) values[at++] = column[row];
    }
    return values;
  };
}

/** The value 1 for each row. */
export function ones({ first, end }: RowRange): Float64Array {
  return new Float64Array(end - first).fill(1);
}

/** Scratch buffer for the values of a block. */
let scratch = /* @__PURE__ */ new Float64Array(0);

function reserve(size: number): Float64Array {
  if (size > scratch.length) scratch = new Float64Array(size);
  return scratch;
}

/** The cumulative buckets of each row, then the totals and the creation time. */
function bucketValues(
  { bounds, buckets, sums }: BucketedSnapshot,
  totals: readonly Total[],
  created?: ArrayLike<number>,
): LineValues {
  const size = bounds.length + 1;
  return ({ first, end }) => {
    const values = reserve((end - first) * (size + 3));
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

/** The quantiles of each row, then the totals and the creation time. */
function summaryValues(
  { quantiles, values: quantileValues, sums, counts }: SummarySnapshot,
  totals: readonly Total[],
  created?: ArrayLike<number>,
): LineValues {
  const size = quantiles.length;
  return ({ first, end }) => {
    const values = reserve((end - first) * (size + 3));
    let at = 0;
    for (let row = first; row < end; row++) {
      for (let quantile = row * size; quantile < (row + 1) * size; quantile++) {
        values[at++] = quantileValues[quantile];
      }
      for (const total of totals) {
        values[at++] = total === "sum" ? sums[row] : counts[row];
      }
      if (created !== undefined) values[at++] = created[row];
    }
    return values;
  };
}
