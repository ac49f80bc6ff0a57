import type { LabelTable } from "./label_table.ts";

/** The types of metric that a family can have. */
export type MetricType = MetricFamily["type"];

/** What every family has, whatever its type. */
export interface FamilyHeader {
  /** The name, exactly as it was registered and as it will be exposed. */
  readonly name: string;
  /** What the metric means, in a sentence. */
  readonly help: string;
  /** The base unit, such as `seconds`; it is also the name's suffix. */
  readonly unit?: string;
}

/** Counters at one moment: totals that only grow. */
export interface CounterSnapshot extends FamilyHeader {
  /** Tells a counter from the other types. */
  readonly type: "counter";
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
  /** The totals, one a row. */
  readonly values: Float64Array;
}

/** Gauges at one moment: values that go up and down. */
export interface GaugeSnapshot extends FamilyHeader {
  /** Tells a gauge from the other types. */
  readonly type: "gauge";
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
  /** The values, one a row. */
  readonly values: Float64Array;
}

/** Histograms at one moment: observations counted in buckets. */
export interface HistogramSnapshot extends FamilyHeader {
  /** Tells a histogram from the other types. */
  readonly type: "histogram";
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
  /** The inclusive upper bounds of the buckets, ascending and finite; `+Inf` is implied. */
  readonly bounds: readonly number[];
  /**
   * Observations in each bucket alone, not cumulated: `bounds.length + 1` numbers a row, the last
   * for `+Inf`. Their sum is the count, so the two can never disagree.
   */
  readonly buckets: Float64Array;
  /** The sums of all observed values, one a row. */
  readonly sums: Float64Array;
}

/**
 * A metric family at one moment: plain, immutable data, which instruments make and formats read.
 *
 * The type tells which numbers there are. A `switch` over it is complete where it compiles.
 */
export type MetricFamily = CounterSnapshot | GaugeSnapshot | HistogramSnapshot;
