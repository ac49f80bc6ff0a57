import { unknownType } from "../encoding/encoding_error.ts";
import type {
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
  SummarySnapshot,
} from "../../model/snapshot.ts";
import type { RowRange } from "../encoding/encoder.ts";

/** Whether a line, given by its row and sample, is left out. */
export type LeftOut = (row: number, sample: number) => boolean;

/** Refuses counters and counts that OpenMetrics 1.0 does not allow. */
export function checkCounts(family: MetricFamily, type: string, { first, end }: RowRange): void {
  switch (family.type) {
    case "counter":
      if (type === "counter") check(family.values, first, end, isTotal, "a counter");
      break;
    case "histogram":
    case "gaugehistogram": {
      const size = family.bounds.length + 1;
      check(family.buckets, first * size, end * size, isCount, "a count");
      break;
    }
    case "summary":
      check(family.counts, first, end, isCount, "a count");
      break;
    case "gauge":
    case "info":
    case "stateset":
    case "unknown":
      break;
    default:
      throw unknownType(family);
  }
}

function check(
  values: Float64Array,
  first: number,
  end: number,
  isAllowed: (value: number) => boolean,
  what: string,
): void {
  for (let at = first; at < end; at++) {
    if (!isAllowed(values[at])) throw new RangeError(`${what} cannot be ${values[at]}`);
  }
}

function isTotal(value: number): boolean {
  return value >= 0;
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

/** Which lines of some rows are left out, if any: sums that are no counter, and quantiles. */
export function leftOut(family: MetricFamily, rows: RowRange): LeftOut | undefined {
  switch (family.type) {
    case "histogram":
    case "gaugehistogram": {
      const size = family.bounds.length + 1;
      const isLeftOut: LeftOut = (row, sample) =>
        (sample === size || sample === size + 1) && !hasSum(family, row);
      return someRow(rows, (row) => !hasSum(family, row)) ? isLeftOut : undefined;
    }
    case "summary": {
      const size = family.quantiles.length;
      const isLeftOut = leftOutOfSummary(family);
      return someRow(rows, (row) => {
          for (let sample = 0; sample < size + 2; sample++) if (isLeftOut(row, sample)) return true;
          return false;
        })
        ? isLeftOut
        : undefined;
    }
    case "counter":
    case "gauge":
    case "info":
    case "stateset":
    case "unknown":
      return undefined;
    default:
      throw unknownType(family);
  }
}

function leftOutOfSummary({ quantiles: { length: size }, values, sums }: SummarySnapshot): LeftOut {
  return (row, sample) =>
    sample < size ? values[row * size + sample] < 0 : sample === size + 1 && !(sums[row] >= 0);
}

function someRow({ first, end }: RowRange, holds: (row: number) => boolean): boolean {
  for (let row = first; row < end; row++) if (holds(row)) return true;
  return false;
}

/**
 * Whether a sum may be written, and the count, which goes with it. The sum of a histogram is a
 * counter here: with negative values it is none. That of a gauge histogram may be negative where a
 * bound is.
 */
function hasSum(
  { type, bounds, sums }: HistogramSnapshot | GaugeHistogramSnapshot,
  row: number,
): boolean {
  const negativeBounds = bounds[0] < 0;
  if (type === "histogram") return sums[row] >= 0 && !negativeBounds;
  return sums[row] >= 0 || (negativeBounds && sums[row] < 0);
}
