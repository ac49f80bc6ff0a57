import type { Exemplar } from "./exemplar.ts";
import type { GaugeMerge } from "./gauge_merge.ts";
import type { LabelTable } from "./label_table.ts";

/**
 * The types of metric that a family can have.
 *
 * @category Snapshots
 */
export type MetricType = MetricFamily["type"];

/**
 * What every family has, whatever its type.
 *
 * @category Snapshots
 */
export interface FamilyHeader {
  /** The name, exactly as it was registered and as it will be exposed. */
  readonly name: string;
  /** What the metric means, in a sentence. */
  readonly help: string;
  /** The base unit, such as `seconds`; it is also the name's suffix. */
  readonly unit?: string;
}

/**
 * What every snapshot of a family has.
 *
 * @category Snapshots
 */
export interface FamilySnapshot extends FamilyHeader {
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
}

/**
 * The times at which values were measured, if that is not the time of the scrape.
 *
 * @category Snapshots
 */
export interface Timestamps {
  /**
   * The time of each row's values, in seconds since 1970; `NaN` for the time of the scrape. Only
   * for values that another system measured: a server does not mark such series as stale.
   */
  readonly timestamps?: Float64Array;
}

/**
 * The start times of series.
 *
 * @category Snapshots
 */
export interface Created {
  /**
   * The start of each series, in seconds since 1970, one a row; the array may be longer. A server
   * that knows it sees the first increase of a new series, which a `rate()` otherwise misses.
   */
  readonly created?: ArrayLike<number>;
}

/**
 * Exemplars, by series or bucket.
 *
 * @category Snapshots
 */
export interface Exemplars {
  /** One a row, or for a histogram one a bucket of each row; `undefined` if there is none. */
  readonly exemplars?: readonly (Exemplar | undefined)[];
}

/**
 * Counters at one moment: totals that only grow.
 *
 * @category Snapshots
 */
export interface CounterSnapshot extends FamilySnapshot, Timestamps, Created, Exemplars {
  /** The discriminant. */
  readonly type: "counter";
  /** The totals, one a row. */
  readonly values: Float64Array;
}

/**
 * Gauges at one moment: values that go up and down.
 *
 * @category Snapshots
 */
export interface GaugeSnapshot extends FamilySnapshot, Timestamps {
  /** The discriminant. */
  readonly type: "gauge";
  /** How it is brought together with the same gauge elsewhere; `liveSum` by default. */
  readonly merge?: GaugeMerge;
  /** When each value was set, in seconds since 1970, if `merge` asks for the most recent. */
  readonly times?: Float64Array;
  /** The values, one a row. */
  readonly values: Float64Array;
}

/**
 * Values whose type nobody knows, as they come from elsewhere; `untyped` in the text format.
 *
 * @category Snapshots
 */
export interface UnknownSnapshot extends FamilySnapshot, Timestamps {
  /** The discriminant. */
  readonly type: "unknown";
  /** The values, one a row. */
  readonly values: Float64Array;
}

/**
 * Facts about the target, as labels of series that are always 1.
 *
 * @category Snapshots
 */
export interface InfoSnapshot extends FamilySnapshot, Timestamps {
  /** The discriminant. */
  readonly type: "info";
}

/**
 * States of which each is on or off.
 *
 * @category Snapshots
 */
export interface StateSetSnapshot extends FamilySnapshot, Timestamps {
  /** The discriminant. */
  readonly type: "stateset";
  /** The names of the states. */
  readonly states: readonly string[];
  /** 1 for a state that is on, else 0: one number a state, row after row. */
  readonly values: Float64Array;
}

/**
 * Observations counted in buckets, whether they only grow or not.
 *
 * @category Snapshots
 */
export interface BucketedSnapshot extends FamilySnapshot, Timestamps, Exemplars {
  /**
   * The inclusive upper bounds of the classic buckets, ascending and finite; `+Inf` is implied.
   * Empty if a histogram is native only.
   */
  readonly bounds: readonly number[];
  /**
   * Observations in each bucket alone, not cumulated: `bounds.length + 1` numbers a row, the last
   * for `+Inf`. Their sum is the count, so the two can never disagree.
   */
  readonly buckets: Float64Array;
  /** The sums of all observed values, one a row. */
  readonly sums: Float64Array;
  /** The native buckets, one set a row. */
  readonly native?: readonly NativeBuckets[];
}

/**
 * Histograms at one moment: observations counted in buckets, which only grow.
 *
 * @category Snapshots
 */
export interface HistogramSnapshot extends BucketedSnapshot, Created {
  /** The discriminant. */
  readonly type: "histogram";
}

/**
 * Distributions at one moment: histograms whose buckets may shrink.
 *
 * @category Snapshots
 */
export interface GaugeHistogramSnapshot extends BucketedSnapshot {
  /** The discriminant. */
  readonly type: "gaugehistogram";
}

/**
 * Summaries at one moment: how many observations, their sum, and maybe quantiles.
 *
 * @category Snapshots
 */
export interface SummarySnapshot extends FamilySnapshot, Timestamps, Created {
  /** The discriminant. */
  readonly type: "summary";
  /** Which quantiles there are, ascending, from 0 to 1. */
  readonly quantiles: readonly number[];
  /** Their values: one a quantile, row after row; `NaN` if nothing was observed of late. */
  readonly values: Float64Array;
  /** How many values were observed, one a row. */
  readonly counts: Float64Array;
  /** Their sums, one a row. */
  readonly sums: Float64Array;
}

/**
 * The buckets of a native histogram: exponential, and only those with observations in them.
 *
 * Bucket `i` of schema `n` holds values in `(b^(i-1), b^i]` with `b = 2^(2^-n)`.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/
 *
 * @category Snapshots
 */
export interface NativeBuckets {
  /** The resolution, from -4 (a bucket for 16 powers of two) to 8 (256 for one). */
  readonly schema: number;
  /** The width of the zero bucket: it has the values up to this distance from zero. */
  readonly zeroThreshold: number;
  /** Number of observations in the zero bucket. */
  readonly zeroCount: number;
  /** Buckets of values above zero. */
  readonly positive: SparseBuckets;
  /** Buckets of values below zero, by the index of the value without its sign. */
  readonly negative: SparseBuckets;
  /** Exemplars, sorted by value. */
  readonly exemplars: readonly Exemplar[];
}

/**
 * Buckets by index, ascending.
 *
 * @category Snapshots
 */
export interface SparseBuckets {
  /** The indexes of the buckets, ascending. */
  readonly indexes: readonly number[];
  /** Observations in each. */
  readonly counts: readonly number[];
}

/**
 * A metric family at one moment: plain, immutable data, which instruments make and formats read.
 *
 * The type tells which numbers there are, so a `switch` over it that compiles is complete.
 *
 * @category Snapshots
 */
export type MetricFamily =
  | CounterSnapshot
  | GaugeSnapshot
  | HistogramSnapshot
  | SummarySnapshot
  | InfoSnapshot
  | StateSetSnapshot
  | GaugeHistogramSnapshot
  | UnknownSnapshot;
