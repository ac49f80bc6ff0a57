import type {
  CollectFunction,
  MetricConfiguration,
  MetricObjectWithValues,
} from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { LabelValues, MetricValueWithName } from "./labels.ts";

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
  new <Labels extends string = never>(
    configuration: SummaryConfiguration<Labels>,
  ): Summary<Labels>;
} = classes.Summary;

/**
 * A summary, as {@linkcode Summary} makes it.
 *
 * @category Metrics
 */
export interface Summary<Labels extends string = never> {
  /** Records a value in the series without labels. */
  observe(value: number): void;
  /** Records a value in a series. */
  observe(labels: LabelValues<Labels>, value: number): void;
  /** Starts a timer. Its end records the seconds since then, and gives them. */
  startTimer(labels?: LabelValues<Labels>): (labels?: LabelValues<Labels>) => number;
  /** The summary of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): Summary.Internal<Labels>;
  /** The summary of one series. */
  labels(labels: LabelValues<Labels>): Summary.Internal<Labels>;
  /** The summary with its samples, after `collect` has been called. */
  get(): Promise<MetricObjectWithValues<MetricValueWithName<Labels>>>;
  /** Sets the summary back. */
  reset(): void;
  /** Removes the series of label values, in the order of `labelNames`. */
  remove(...values: string[]): void;
  /** Removes the series of a label set. */
  remove(labels: LabelValues<Labels>): void;
}

/**
 * Types of a summary.
 *
 * @category Metrics
 */
export declare namespace Summary {
  /** The summary of one series. */
  interface Internal<Labels extends string> {
    /** Records a value. */
    observe(value: number): void;
    /** Starts a timer. Its end records the seconds since then, and gives them. */
    startTimer(): (labels?: LabelValues<Labels>) => number;
  }
  /** What only summaries are configured with. */
  type Config = Pick<SummaryConfiguration<string>, "percentiles">;
}
