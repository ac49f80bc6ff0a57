import type {
  IncreaseData,
  MetricObject,
  MetricObjectWithValues,
  ObserveData,
  RegistryContentType,
} from "./types.ts";
import type { Gathering, GatherOptions } from "../../model/collector.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * What all metrics have in common.
 *
 * @category Metrics
 */
export interface MetricMethods<Values, Value> {
  /** The metric with its samples, after `collect` has been called. */
  get(): Promise<MetricObjectWithValues<Value>>;
  /** Sets the metric back. */
  reset(): void;
  /** Removes the series of label values, in the order of `labelNames`. */
  remove(...values: string[]): void;
  /** Removes the series of a label set. */
  remove(labels: Values): void;
}

/**
 * The counter of one series.
 *
 * @category Metrics
 */
export interface CounterOfSeries {
  /** Adds to the series; 1 by default. */
  inc(value?: number): void;
}

/**
 * What a counter does.
 *
 * @category Metrics
 */
export interface CounterMethods<Values, Value> extends MetricMethods<Values, Value> {
  /** Adds to a series; 1 by default. */
  inc(labels: Values, value?: number): void;
  /** Adds to the series without labels; 1 by default. */
  inc(value?: number): void;
  /** Adds to a series, with an exemplar; only with `enableExemplars`. */
  inc(data: IncreaseData<Values>): void;
  /** The counter of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): CounterOfSeries;
  /** The counter of one series. */
  labels(labels: Values): CounterOfSeries;
}

/**
 * The gauge of one series.
 *
 * @category Metrics
 */
export interface GaugeOfSeries<Values> {
  /** Adds to the series; 1 by default. */
  inc(value?: number): void;
  /** Subtracts from the series; 1 by default. */
  dec(value?: number): void;
  /** Sets the series. */
  set(value: number): void;
  /** Sets the series to the time in seconds since 1970. */
  setToCurrentTime(): void;
  /** Starts a timer. Its end sets the series to the seconds since then, and gives them. */
  startTimer(): (labels?: Values) => number;
}

/**
 * What a gauge does.
 *
 * @category Metrics
 */
export interface GaugeMethods<Values, Value> extends MetricMethods<Values, Value> {
  /** Adds to a series; 1 by default. */
  inc(labels: Values, value?: number): void;
  /** Adds to the series without labels; 1 by default. */
  inc(value?: number): void;
  /** Subtracts from a series; 1 by default. */
  dec(labels: Values, value?: number): void;
  /** Subtracts from the series without labels; 1 by default. */
  dec(value?: number): void;
  /** Sets a series. */
  set(labels: Values, value: number): void;
  /** Sets the series without labels. */
  set(value: number): void;
  /** Sets a series to the time in seconds since 1970. */
  setToCurrentTime(labels?: Values): void;
  /** Starts a timer. Its end sets a series to the seconds since then, and gives them. */
  startTimer(labels?: Values): (labels?: Values) => number;
  /** The gauge of one series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): GaugeOfSeries<Values>;
  /** The gauge of one series. */
  labels(labels: Values): GaugeOfSeries<Values>;
}

/**
 * The histogram or summary of one series.
 *
 * @category Metrics
 */
export interface ObserverOfSeries<Values, Ended = number> {
  /** Records a value. */
  observe(value: number): void;
  /** Starts a timer. Its end records the seconds since then. */
  startTimer(): (labels?: Values) => Ended;
}

/**
 * What a summary does, and a histogram too.
 *
 * @category Metrics
 */
export interface ObserverMethods<Values, Value, Child> extends MetricMethods<Values, Value> {
  /** Records a value in the series without labels. */
  observe(value: number): void;
  /** Records a value in a series. */
  observe(labels: Values, value: number): void;
  /** Starts a timer. Its end records the seconds since then, and gives them. */
  startTimer(labels?: Values): (labels?: Values) => number;
  /** One series, by its label values in the order of `labelNames`. */
  labels(...values: string[]): Child;
  /** One series. */
  labels(labels: Values): Child;
}

/**
 * What a histogram does.
 *
 * @category Metrics
 */
export interface HistogramMethods<Values, Value>
  extends ObserverMethods<Values, Value, ObserverOfSeries<Values, void>> {
  /** Records a value in the series without labels. */
  observe(value: number): void;
  /** Records a value in a series. */
  observe(labels: Values, value: number): void;
  /** Records a value in a series, with an exemplar; only with `enableExemplars`. */
  observe(data: ObserveData<Values>): void;
  /** Starts a timer. Its end records the seconds since then, and gives them. */
  startTimer(labels?: Values): (labels?: Values) => number;
  /** Starts a timer whose end may record an exemplar. */
  startTimer(
    labels?: Values,
    exemplarLabels?: Values,
  ): (labels?: Values, exemplarLabels?: Values) => number;
  /** Sets a series to zero, and makes it if there is none. */
  zero(labels: Values): void;
}

/**
 * What a registry does.
 *
 * @category Registry
 */
export interface RegistryMethods<Type extends RegistryContentType, Value> {
  /** The content type of its pages. */
  readonly contentType: Type;
  /** Changes the content type. */
  setContentType(contentType: Type): void;
  /** The page. Rejects if a `collect` fails. */
  metrics(): Promise<string>;
  /** Forgets all metrics, and the labels of all series. */
  clear(): void;
  /** Sets all metrics back. */
  resetMetrics(): void;
  /** All metrics with their samples. */
  getMetricsAsJSON(): Promise<MetricObjectWithValues<Value>[]>;
  /** All metrics. */
  getMetricsAsArray(): MetricObject[];
  /** Forgets a metric. */
  removeSingleMetric(name: string): void;
  /** Sets labels that all series get. */
  setDefaultLabels(labels: object): void;
  /** The part of the page with the metric of a name. */
  getSingleMetricAsString(name: string): Promise<string>;
  /**
   * All metrics as families of this package, so that `createMetricsApp()`, `RemoteWriter` and others
   * take this registry. A metric whose `collect` fails or is late is left out, with an error.
   */
  gather(options?: GatherOptions): Promise<Gathering>;
  /**
   * All metrics as families of this package, so that a `MetricsRegistry` takes this registry as a
   * collector: then metrics of both are on one page.
   */
  collect(signal?: AbortSignal): Promise<readonly MetricFamily[]>;
}

/**
 * The group of a push.
 *
 * @category Push
 */
export interface PushParameters {
  /** The job. */
  jobName: string;
  /** Other labels of the group. */
  groupings?: {
    /** The value of a label. */
    [label: string]: string;
  };
}

/**
 * What a Pushgateway does.
 *
 * @category Push
 */
export interface PushgatewayMethods {
  /** Replaces the metrics of a group that have the names of those sent. */
  pushAdd(params: PushParameters): Promise<{ resp?: unknown; body?: unknown }>;
  /** Replaces all metrics of a group. */
  push(params: PushParameters): Promise<{ resp?: unknown; body?: unknown }>;
  /** Deletes all metrics of a group. */
  delete(params: PushParameters): Promise<{ resp?: unknown; body?: unknown }>;
}
