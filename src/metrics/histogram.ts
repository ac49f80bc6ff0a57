import type { RecordOptions } from "../model/exemplar.ts";
import type { NativeHistogramOptions } from "./native/native_options.ts";
import type { EndTimer } from "./timer.ts";

/** What a histogram counts in. */
export interface HistogramShape {
  /**
   * The inclusive upper bounds of the buckets, ascending and finite; `+Inf` is always there.
   * {@linkcode defaultBuckets} by default, and none where the histogram is native.
   */
  readonly buckets?: readonly number[];
  /**
   * Counts in native buckets, `true` for the defaults: exponential ones that need no choice, made
   * as they are needed. With `buckets` both are kept. Only protobuf carries them; the text formats
   * show classic buckets, or where there are none, `+Inf` alone.
   */
  readonly native?: boolean | Partial<NativeHistogramOptions>;
  /**
   * Looks at one observation in so many, on average; at each one by default. It is for histograms
   * that are observed millions of times a second, and saves the search for the bucket.
   *
   * An observation that is looked at also stands for those passed over since the last one. So the
   * count is exact, always that of the `+Inf` bucket, and a rate of it too; other buckets, quantiles
   * and the sum are estimates that are neither too high nor too low in the long run. A bucket that
   * should hold `n` is off by some `√(n × sampleEvery)`. Exemplars are those of observations that are
   * looked at. In shared memory it is without effect: each observation is looked at.
   */
  readonly sampleEvery?: number;
}

/** What a histogram holds, for tests and debugging. */
export interface HistogramValue {
  /** How many values were observed. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** Observations up to each bound, cumulated as on the page; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/**
 * A histogram: observations such as durations or sizes, counted in buckets, with their sum.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#histogram
 */
export interface Histogram {
  /**
   * Records a value, in the unit that the name ends in: seconds, bytes.
   *
   * `NaN` counts as an observation above all bounds and makes the sum `NaN`, as in client_golang.
   *
   * @throws {InvalidValueError} If it is not a number.
   */
  observe(value: number, options?: RecordOptions): void;
  /** What was observed so far. */
  get(): HistogramValue;
  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer;
  /** Calls a function and observes the seconds until it or its promise ended, well or not. */
  time<Result>(call: () => Result): Result;
}
