import type { RecordOptions } from "../model/exemplar.ts";
import type { NativeHistogramOptions } from "./native/native_options.ts";
import type { EndTimer } from "./timer.ts";

/**
 * The buckets of a histogram.
 *
 * @category Instruments
 */
export interface HistogramShape {
  /**
   * The inclusive upper bounds of the classic buckets, ascending and finite; `+Inf` is implied.
   * {@linkcode defaultBuckets} by default, and none if the histogram is native.
   */
  readonly buckets?: readonly number[];
  /**
   * Native buckets, `true` for the defaults: exponential buckets that are made as they are needed.
   * With `buckets` the histogram has both. Only protobuf contains them; text formats show classic
   * buckets, or `+Inf` alone if there are none.
   */
  readonly native?: boolean | Partial<NativeHistogramOptions>;
  /**
   * Samples one observation in so many, on average; each one by default. It saves the search for
   * the bucket, for histograms with millions of observations a second.
   *
   * Each sample is weighted by the number of observations skipped since the last. Therefore the
   * count, which is that of the `+Inf` bucket, and its rate are exact; other buckets, quantiles and
   * the sum are unbiased estimates. A bucket that should hold `n` is off by about
   * `√(n × sampleEvery)`. Only samples have exemplars. Shared memory samples each observation.
   */
  readonly sampleEvery?: number;
}

/**
 * The content of a histogram, for tests and debugging.
 *
 * @category Instruments
 */
export interface HistogramValue {
  /** Number of observations. */
  readonly count: number;
  /** Sum of the observed values. */
  readonly sum: number;
  /** Number of observations up to each bound, as on the page; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/**
 * A histogram: observations such as durations or sizes, counted in buckets, with their sum.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#histogram
 *
 * @category Instruments
 */
export interface Histogram {
  /**
   * Records a value in the unit of the name, such as seconds or bytes.
   *
   * `NaN` counts in the `+Inf` bucket and makes the sum `NaN`, as in client_golang.
   *
   * @throws {InvalidValueError} If it is not a number.
   */
  observe(value: number, options?: RecordOptions): void;
  /** Count, sum and buckets of all observations so far. */
  get(): HistogramValue;
  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer;
  /**
   * Calls a function and observes the seconds until its end, or its failure.
   *
   * - A promise ends when it settles.
   * - A lazy thenable, such as the query of a query builder, ends when its caller's `await` does.
   *   Nobody else starts it; if its caller does not either, nothing is observed.
   * - A generator ends with its last step, so its time includes what happens between the steps. If it
   *   is never begun, or left in the middle without `return()`, nothing is observed.
   * - Anything else ends when the function returns. Of a `Response` or a stream that is when it is
   *   there, not when it has been read; time the reading with another call.
   *
   * The caller gets the very object that the function returned, and a rejection is as unhandled as it
   * would be without us, except on Bun and Workers, where it may be no more than rejected.
   *
   * @throws {InvalidValueError} If it is not a function.
   */
  time<Result>(call: () => Result): Result;
}
