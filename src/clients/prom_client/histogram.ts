import type {
  CollectFunction,
  MetricConfiguration,
  MetricObjectWithValues,
} from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { LabelValues, MetricValueWithName, ObserveDataWithExemplar } from "./labels.ts";

/**
 * What a histogram is configured with.
 *
 * @category Metrics
 */
export interface HistogramConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** The upper bounds of its buckets, without `+Inf`; those for durations by default. */
  buckets?: number[];
  /** Called before each page; a promise is awaited. */
  collect?: CollectFunction<Histogram<Labels>>;
}

/**
 * A histogram: observations, counted in buckets.
 *
 * @example
 * ```ts
 * import { Histogram, register } from "@edgeprom/edgeprom/prom-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const sizes = new Histogram({ name: "upload_bytes", help: "Sizes.", buckets: [1e3, 1e6] });
 * sizes.observe(5000);
 * assertStringIncludes(await register.metrics(), 'upload_bytes_bucket{le="1000000"} 1');
 * ```
 *
 * @category Metrics
 */
export const Histogram: {
  /** A histogram, in the registries of its configuration. Throws if that is not valid, or a name is taken. */
  new <Labels extends string = string>(
    configuration: HistogramConfiguration<Labels>,
  ): Histogram<Labels>;
} = classes.Histogram;

/**
 * A histogram, as {@linkcode Histogram} makes it.
 *
 * @category Metrics
 */
export interface Histogram<Labels extends string = string> {
  /** Records a value in the series without labels. */
  observe(value: number): void;
  /** Records a value in a series. */
  observe(labels: LabelValues<Labels>, value: number): void;
  /** Records a value in a series, with an exemplar; only with `enableExemplars`. */
  observe(data: ObserveDataWithExemplar<Labels>): void;
  /** Starts a timer. Its end records the seconds since then, and gives them. */
  startTimer(labels?: LabelValues<Labels>): (labels?: LabelValues<Labels>) => number;
  /** Starts a timer whose end may record an exemplar. */
  startTimer(
    labels?: LabelValues<Labels>,
    exemplarLabels?: LabelValues<Labels>,
  ): (labels?: LabelValues<Labels>, exemplarLabels?: LabelValues<Labels>) => number;
  /** Sets a series to zero, and makes it if there is none. */
  zero(labels: LabelValues<Labels>): void;
  /** The histogram of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): Histogram.Internal<Labels>;
  /** The histogram of one series. */
  labels(labels: LabelValues<Labels>): Histogram.Internal<Labels>;
  /** The histogram with its samples, after `collect` has been called. */
  get(): Promise<MetricObjectWithValues<MetricValueWithName<Labels>>>;
  /** Sets the histogram back. */
  reset(): void;
  /** Removes the series of label values, in the order of `labelNames`. */
  remove(...values: string[]): void;
  /** Removes the series of a label set. */
  remove(labels: LabelValues<Labels>): void;
}

/**
 * Types of a histogram.
 *
 * @category Metrics
 */
export declare namespace Histogram {
  /** The histogram of one series. */
  interface Internal<Labels extends string> {
    /** Records a value. */
    observe(value: number): void;
    /** Starts a timer. Its end records the seconds since then. */
    startTimer(): (labels?: LabelValues<Labels>) => void;
  }
  /** What only histograms are configured with. */
  type Config = Pick<HistogramConfiguration<string>, "buckets">;
}
