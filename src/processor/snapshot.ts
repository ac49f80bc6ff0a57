import { type LabelRecord, labelsOfRow } from "../model/label_table.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { Histogram } from "../metrics/histogram.ts";
import type { ProcessorCatalogue } from "./catalogue.ts";

/**
 * One series of a counter or gauge.
 *
 * @category Stream processor
 */
export interface ValueSeries {
  /** The labels of the series. */
  readonly labels: LabelRecord;
  /** Its value. */
  readonly value: number;
}

/**
 * One series of a histogram.
 *
 * @category Stream processor
 */
export interface HistogramSeries {
  /** The labels of the series. */
  readonly labels: LabelRecord;
  /** Number of observations. */
  readonly count: number;
  /** Sum of the observed values. */
  readonly sum: number;
}

/**
 * Every series of the 37 families at one moment, by field; for tests and debugging.
 *
 * @category Stream processor
 */
export type MetricsSnapshot = {
  readonly [Field in keyof ProcessorCatalogue]: readonly (
    ProcessorCatalogue[Field] extends { observe(...parameters: never[]): void } ? HistogramSeries
      : ValueSeries
  )[];
};

type Field =
  | { collect(): readonly MetricFamily[] }
  | { get(): number | ReturnType<Histogram["get"]> };

/** A snapshot of the fields of a catalogue. */
export function snapshotOf(catalogue: ProcessorCatalogue): MetricsSnapshot {
  const series = Object.entries(catalogue).map(([name, field]) => [name, seriesOf(field)]);
  return Object.fromEntries(series);
}

function seriesOf(field: Field): (ValueSeries | HistogramSeries)[] {
  if ("collect" in field) return field.collect().flatMap(rows);
  const value = field.get();
  return [
    typeof value === "number"
      ? { labels: {}, value }
      : { labels: {}, count: value.count, sum: value.sum },
  ];
}

function rows(family: MetricFamily): (ValueSeries | HistogramSeries)[] {
  return Array.from({ length: family.labels.rows }, (_, row) => {
    const labels = labelsOfRow(family.labels, row);
    if (family.type === "counter" || family.type === "gauge") {
      return { labels, value: family.values[row] };
    }
    if (family.type !== "histogram") throw new TypeError(`no ${family.type} in the catalogue`);
    const size = family.bounds.length + 1;
    const counts = family.buckets.subarray(row * size, (row + 1) * size);
    return {
      labels,
      count: counts.reduce((total, count) => total + count, 0),
      sum: family.sums[row],
    };
  });
}
