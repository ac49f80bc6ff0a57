import type {
  CollectFunction,
  MetricConfiguration,
  MetricObjectWithValues,
} from "../entry/types.ts";
import { classes } from "./classes.ts";
import type { IncreaseDataWithExemplar, LabelValues, MetricValue } from "./labels.ts";

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
  new <Labels extends string = never>(
    configuration: CounterConfiguration<Labels>,
  ): Counter<Labels>;
} = classes.Counter;

/**
 * A counter, as {@linkcode Counter} makes it.
 *
 * @category Metrics
 */
export interface Counter<Labels extends string = never> {
  /** Adds to a series; 1 by default. */
  inc(labels: LabelValues<Labels>, value?: number): void;
  /** Adds to the series without labels; 1 by default. */
  inc(value?: number): void;
  /** Adds to a series, with an exemplar; only with `enableExemplars`. */
  inc(data: IncreaseDataWithExemplar<Labels>): void;
  /** The counter of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): Counter.Internal;
  /** The counter of one series. */
  labels(labels: LabelValues<Labels>): Counter.Internal;
  /** The counter with its samples, after `collect` has been called. */
  get(): Promise<MetricObjectWithValues<MetricValue<Labels>>>;
  /** Sets the counter back. */
  reset(): void;
  /** Removes the series of label values, in the order of `labelNames`. */
  remove(...values: string[]): void;
  /** Removes the series of a label set. */
  remove(labels: LabelValues<Labels>): void;
}

/**
 * Types of a counter.
 *
 * @category Metrics
 */
export declare namespace Counter {
  /** The counter of one series. */
  interface Internal {
    /** Adds to the series; 1 by default. */
    inc(value?: number): void;
  }
}
