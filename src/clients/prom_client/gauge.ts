import type {
  CollectFunction,
  MetricConfiguration,
  MetricObjectWithValues,
} from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { LabelValues, MetricValue } from "./labels.ts";

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
 * A gauge: a number that goes up and down.
 *
 * @example
 * ```ts
 * import { Gauge, register } from "@edgeprom/edgeprom/prom-client";
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
  new <Labels extends string = string>(configuration: GaugeConfiguration<Labels>): Gauge<Labels>;
} = classes.Gauge;

/**
 * A gauge, as {@linkcode Gauge} makes it.
 *
 * @category Metrics
 */
export interface Gauge<Labels extends string = string> {
  /** Adds to a series; 1 by default. */
  inc(labels: LabelValues<Labels>, value?: number): void;
  /** Adds to the series without labels; 1 by default. */
  inc(value?: number): void;
  /** Subtracts from a series; 1 by default. */
  dec(labels: LabelValues<Labels>, value?: number): void;
  /** Subtracts from the series without labels; 1 by default. */
  dec(value?: number): void;
  /** Sets a series. */
  set(labels: LabelValues<Labels>, value: number): void;
  /** Sets the series without labels. */
  set(value: number): void;
  /** Sets a series to the time in seconds since 1970. */
  setToCurrentTime(labels?: LabelValues<Labels>): void;
  /** Starts a timer. Its end sets a series to the seconds since then, and gives them. */
  startTimer(labels?: LabelValues<Labels>): (labels?: LabelValues<Labels>) => number;
  /** The gauge of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): Gauge.Internal<Labels>;
  /** The gauge of one series. */
  labels(labels: LabelValues<Labels>): Gauge.Internal<Labels>;
  /** The gauge with its samples, after `collect` has been called. */
  get(): Promise<MetricObjectWithValues<MetricValue<Labels>>>;
  /** Sets the gauge back. */
  reset(): void;
  /** Removes the series of label values, in the order of `labelNames`. */
  remove(...values: string[]): void;
  /** Removes the series of a label set. */
  remove(labels: LabelValues<Labels>): void;
}

/**
 * Types of a gauge.
 *
 * @category Metrics
 */
export declare namespace Gauge {
  /** The gauge of one series. */
  interface Internal<Labels extends string> {
    /** Adds to the series; 1 by default. */
    inc(value?: number): void;
    /** Subtracts from the series; 1 by default. */
    dec(value?: number): void;
    /** Sets the series. */
    set(value: number): void;
    /** Sets the series to the time in seconds since 1970. */
    setToCurrentTime(): void;
    /** Starts a timer. Its end sets the series to the seconds since then, and gives them. */
    startTimer(): (labels?: LabelValues<Labels>) => number;
  }
}
