import type {
  CounterMethods,
  CounterOfSeries,
  GaugeMethods,
  GaugeOfSeries,
  HistogramMethods,
  ObserverMethods,
  ObserverOfSeries,
} from "../entry/methods.ts";
import type { CollectFunction, MetricConfiguration } from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { LabelValues, MetricValue, MetricValueWithName } from "./labels.ts";

/**
 * A metric of any type.
 *
 * @category Metrics
 */
export type Metric<Labels extends string = never> =
  | Counter<Labels>
  | Gauge<Labels>
  | Summary<Labels>
  | Histogram<Labels>;

/**
 * What a counter is configured with.
 *
 * @category Metrics
 */
export interface CounterConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** Called before each page; a promise is awaited. */
  collect?: CollectFunction<Counter<Labels>>;
}

/**
 * What a gauge is configured with.
 *
 * @category Metrics
 */
export interface GaugeConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** Called before each page; a promise is awaited. */
  collect?: CollectFunction<Gauge<Labels>>;
}

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
 * What a summary is configured with.
 *
 * @category Metrics
 */
export interface SummaryConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** The quantiles, from 0 to 1. */
  percentiles?: number[];
  /** The age in seconds at which values no longer count for quantiles; no limit by default. */
  maxAgeSeconds?: number;
  /** In how many steps old values are forgotten. */
  ageBuckets?: number;
  /** Whether a series is removed once all its values are forgotten. */
  pruneAgedBuckets?: boolean;
  /** Has no effect, since the memory of quantiles is always compressed. */
  compressCount?: number;
  /** Called before each page; a promise is awaited. */
  collect?: CollectFunction<Summary<Labels>>;
}

/**
 * A counter: a number that only grows.
 *
 * @example
 * ```ts
 * import { Counter, register } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * const jobs = new Counter({ name: "jobs_total", help: "Jobs done.", labelNames: ["result"] });
 * jobs.inc({ result: "ok" }, 2);
 * jobs.labels("ok").inc();
 * assertEquals((await jobs.get()).values, [{ value: 3, labels: { result: "ok" } }]);
 * register.removeSingleMetric("jobs_total");
 * ```
 *
 * @category Metrics
 */
export const Counter: {
  /** A counter, in the registries of its configuration. Throws if that is not valid, or a name is taken. */
  new <Labels extends string = never>(configuration: CounterConfiguration<Labels>): Counter<Labels>;
} = classes.Counter as never;

/**
 * A counter, as {@linkcode Counter} makes it.
 *
 * @category Metrics
 */
export interface Counter<Labels extends string = never>
  extends CounterMethods<LabelValues<Labels>, MetricValue<Labels>> {}

/**
 * Types of a counter.
 *
 * @category Metrics
 */
export declare namespace Counter {
  /** The counter of one series. */
  type Internal = CounterOfSeries;
}

/**
 * A gauge: a number that goes up and down.
 *
 * @example
 * ```ts
 * import { Gauge, register } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * const waiting = new Gauge({
 *   name: "queue_length",
 *   help: "Jobs that wait.",
 *   collect() {
 *     this.set(3);
 *   },
 * });
 * assertEquals((await waiting.get()).values, [{ value: 3, labels: {} }]);
 * register.removeSingleMetric("queue_length");
 * ```
 *
 * @category Metrics
 */
export const Gauge: {
  /** A gauge, in the registries of its configuration. Throws if that is not valid, or a name is taken. */
  new <Labels extends string = never>(configuration: GaugeConfiguration<Labels>): Gauge<Labels>;
} = classes.Gauge as never;

/**
 * A gauge, as {@linkcode Gauge} makes it.
 *
 * @category Metrics
 */
export interface Gauge<Labels extends string = never>
  extends GaugeMethods<LabelValues<Labels>, MetricValue<Labels>> {}

/**
 * Types of a gauge.
 *
 * @category Metrics
 */
export declare namespace Gauge {
  /** The gauge of one series. */
  type Internal<Labels extends string> = GaugeOfSeries<LabelValues<Labels>>;
}

/**
 * A histogram: observations, counted in buckets.
 *
 * @example
 * ```ts
 * import { Histogram, register } from "@edgeprom/edgeprom/prometheus-client";
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
  new <Labels extends string = never>(
    configuration: HistogramConfiguration<Labels>,
  ): Histogram<Labels>;
} = classes.Histogram as never;

/**
 * A histogram, as {@linkcode Histogram} makes it.
 *
 * @category Metrics
 */
export interface Histogram<Labels extends string = never>
  extends HistogramMethods<LabelValues<Labels>, MetricValueWithName<Labels>> {}

/**
 * Types of a histogram.
 *
 * @category Metrics
 */
export declare namespace Histogram {
  /** The histogram of one series. */
  type Internal<Labels extends string> = ObserverOfSeries<LabelValues<Labels>, void>;
  /** What only histograms are configured with. */
  type Config = Pick<HistogramConfiguration<string>, "buckets">;
}

/**
 * A summary: quantiles of observations.
 *
 * @example
 * ```ts
 * import { register, Summary } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const waits = new Summary({ name: "wait_seconds", help: "Waits.", percentiles: [0.5] });
 * waits.observe(0.25);
 * assertStringIncludes(await register.metrics(), 'wait_seconds{quantile="0.5"} 0.25');
 * ```
 *
 * @category Metrics
 */
export const Summary: {
  /** A summary, in the registries of its configuration. Throws if that is not valid, or a name is taken. */
  new <Labels extends string = never>(configuration: SummaryConfiguration<Labels>): Summary<Labels>;
} = classes.Summary as never;

/**
 * A summary, as {@linkcode Summary} makes it.
 *
 * @category Metrics
 */
export interface Summary<Labels extends string = never> extends
  ObserverMethods<
    LabelValues<Labels>,
    MetricValueWithName<Labels>,
    ObserverOfSeries<LabelValues<Labels>>
  > {}

/**
 * Types of a summary.
 *
 * @category Metrics
 */
export declare namespace Summary {
  /** The summary of one series. */
  type Internal<Labels extends string> = ObserverOfSeries<LabelValues<Labels>>;
  /** What only summaries are configured with. */
  type Config = Pick<SummaryConfiguration<string>, "percentiles">;
}
