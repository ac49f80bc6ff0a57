import type { Aggregator } from "../metrics/metric_types.ts";
import type { MetricRegistry } from "./metric_registry.ts";

/**
 * The charset of pages.
 *
 * @category Registry
 */
export type Charset = "utf-8";

/**
 * The media type of Prometheus pages.
 *
 * @category Registry
 */
export type PrometheusMIME = "text/plain";

/**
 * The version of the format of Prometheus pages.
 *
 * @category Registry
 */
export type PrometheusMetricsVersion = "0.0.4";

/**
 * The media type of OpenMetrics pages.
 *
 * @category Registry
 */
export type OpenMetricsMIME = "application/openmetrics-text";

/**
 * The version of the format of OpenMetrics pages.
 *
 * @category Registry
 */
export type OpenMetricsVersion = "1.0.0";

/**
 * The content type of Prometheus pages.
 *
 * @category Registry
 */
export type PrometheusContentType =
  `${PrometheusMIME}; version=${PrometheusMetricsVersion}; charset=${Charset}`;

/**
 * The content type of OpenMetrics pages.
 *
 * @category Registry
 */
export type OpenMetricsContentType =
  `${OpenMetricsMIME}; version=${OpenMetricsVersion}; charset=${Charset}`;

/**
 * The content types that a registry can have.
 *
 * @category Registry
 */
export type RegistryContentType = PrometheusContentType | OpenMetricsContentType;

/**
 * The type of a metric, as pages write it.
 *
 * @category Metrics
 */
export type MetricType = "counter" | "gauge" | "histogram" | "summary";

/**
 * A function that collects.
 *
 * @category Metrics
 */
export type Collector = () => void;

/**
 * What is called before each page, with the metric as `this`.
 *
 * @category Metrics
 */
export type CollectFunction<Metric> = (this: Metric) => void | Promise<void>;

/**
 * A metric without its series.
 *
 * @category Metrics
 */
export interface MetricObject {
  /** The name. */
  name: string;
  /** What it measures. */
  help: string;
  /** The type. */
  type: MetricType;
  /** How it is aggregated over processes. */
  aggregator: Aggregator;
  /** Called before each page. */
  // deno-lint-ignore no-explicit-any -- any metric is `this`, as in the client's types
  collect: CollectFunction<any>;
}

/**
 * A metric with its series.
 *
 * @category Metrics
 */
export interface MetricObjectWithValues<Value> extends MetricObject {
  /** Its samples. */
  values: Value[];
}

/**
 * What every metric is configured with.
 *
 * @category Metrics
 */
export interface MetricConfiguration<Labels extends string> {
  /** The name: letters, digits, `_` and `:`, not beginning with a digit. */
  name: string;
  /** What it measures. */
  help: string;
  /** The names of its labels; none by default. Each may be left out in a recording. */
  labelNames?: Labels[] | readonly Labels[];
  /** The registries that it enters; the global one by default, and none if the list is empty. */
  registers?: MetricRegistry[];
  /** How it is aggregated over processes; the sum by default. */
  aggregator?: Aggregator;
  /** Called before each page; a promise is awaited. */
  // deno-lint-ignore no-explicit-any -- each metric has itself as `this`
  collect?: CollectFunction<any>;
  /** Whether recordings may have exemplars; the registries must then be OpenMetrics ones. */
  enableExemplars?: boolean;
}
