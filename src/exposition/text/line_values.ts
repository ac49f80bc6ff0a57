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
 */
export function lineValues(
  family: MetricFamily,
  linesPerRow: number,
  totals: readonly Total[],
): LineValues {
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
    case "stateset":
      return plainValues(family.values, linesPerRow);
    case "info":
      return ones;
    case "histogram":
    case "gaugehistogram":
      return bucketValues(family, totals);
    case "summary":
      return summaryValues(family, totals);
    default:
      throw unknownType(family);
  }
}

/** Values that already are in the order of the lines. */
export function plainValues(values: Float64Array, linesPerRow: number): LineValues {
  return ({ first }) => first === 0 ? values : values.subarray(first * linesPerRow);
}

/**
 * Values with the creation time of each row after those of its other lines.
 *
 * @param linesPerRow Number of lines of a row, the creation time included.
 */
export function withCreated(
  values: LineValues,
  linesPerRow: number,
  created: Float64Array,
): LineValues {
  const others = linesPerRow - 1;
  return (rows) => {
    const before = values(rows);
    const all = new Float64Array((rows.end - rows.first) * linesPerRow);
    for (let row = rows.first, at = 0, from = 0; row < rows.end; row++) {
      for (let line = 0; line < others; line++) all[at++] = before[from++];
      all[at++] = created[row];
    }
    return all;
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

/** The cumulative buckets of each row, then the totals. */
function bucketValues(
  { bounds, buckets, sums }: BucketedSnapshot,
  totals: readonly Total[],
): LineValues {
  const size = bounds.length + 1;
  return ({ first, end }) => {
    const values = reserve((end - first) * (size + 2));
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
    }
    return values;
  };
}

/** The quantiles of each row, then the totals. */
function summaryValues(
  { quantiles, values: quantileValues, sums, counts }: SummarySnapshot,
  totals: readonly Total[],
): LineValues {
  const size = quantiles.length;
  return ({ first, end }) => {
    const values = reserve((end - first) * (size + 2));
    let at = 0;
    for (let row = first; row < end; row++) {
      for (let quantile = row * size; quantile < (row + 1) * size; quantile++) {
        values[at++] = quantileValues[quantile];
      }
      for (const total of totals) {
        values[at++] = total === "sum" ? sums[row] : counts[row];
      }
    }
    return values;
  };
}
