import type { LabelRecord } from "../label_table.ts";
import type { FamilyHeader } from "../snapshot.ts";

/**
 * A family made for one collection: a header and its series.
 *
 * @category Collectors
 */
export interface ConstFamily<Sample> extends FamilyHeader {
  /** The series, in the order in which they are exposed. */
  readonly samples: readonly Sample[];
}

/**
 * A series of any type.
 *
 * @category Collectors
 */
export interface ConstSeries {
  /** The labels of the series; none by default. */
  readonly labels?: LabelRecord;
  /**
   * When another system measured the values, in seconds since 1970; by default the time of the
   * scrape. A server ignores what is old, and keeps such a series for five minutes after it ended.
   */
  readonly timestamp?: number;
}

/**
 * One series of a constant counter, gauge or unknown.
 *
 * @category Collectors
 */
export interface ConstSample extends ConstSeries {
  /** The value now. */
  readonly value: number;
}

/**
 * One series of a constant histogram.
 *
 * @category Collectors
 */
export interface ConstHistogramSample extends ConstSeries {
  /** Observations in each bucket, not cumulated: one number more than there are bounds. */
  readonly buckets: readonly number[];
  /** The sum of all observed values. */
  readonly sum: number;
}

/**
 * One series of a constant summary.
 *
 * @category Collectors
 */
export interface ConstSummarySample extends ConstSeries {
  /** The number of observations. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** The value of each quantile, in the order of the family's. */
  readonly values?: readonly number[];
}

/**
 * One series of a constant state set.
 *
 * @category Collectors
 */
export interface ConstStateSetSample extends ConstSeries {
  /** The states that are on. */
  readonly on: readonly string[];
}

/**
 * A family of constant histograms.
 *
 * @category Collectors
 */
export interface ConstBuckets extends ConstFamily<ConstHistogramSample> {
  /** The upper bounds of the buckets, ascending, without `+Inf`. */
  readonly bounds: readonly number[];
}
