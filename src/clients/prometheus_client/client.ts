import { collectDefaultMetricsOf } from "../defaults/collect_default_metrics.ts";
import { prometheusClientDefaults } from "../defaults/default_probes.ts";
import type { RegistryContentType } from "../entry/types.ts";
import { Counter } from "./counter.ts";
import { Gauge } from "./gauge.ts";
import { Histogram } from "./histogram.ts";
import type { Registry } from "./registry.ts";
import { Summary } from "./summary.ts";

export { exponentialBuckets, linearBuckets } from "../bucket_generators.ts";
export type * from "../entry/types.ts";
export { validateMetricName } from "../entry/validate_metric_name.ts";
export type { Aggregator } from "../metrics/metric_types.ts";
export type * from "./labels.ts";
export type * from "./metric.ts";
export * from "./cluster.ts";
export * from "./counter.ts";
export * from "./gauge.ts";
export * from "./histogram.ts";
export * from "./pushgateway.ts";
export * from "./registry.ts";
export * from "./summary.ts";

/**
 * What default metrics are configured with.
 *
 * @category Default metrics
 */
export interface DefaultMetricsCollectorConfiguration<Type extends RegistryContentType> {
  /** The registry that gets them; the global one by default. */
  register?: Registry<Type>;
  /** What every name begins with. */
  prefix?: string;
  /** Upper bounds of the durations of garbage collections, in seconds. */
  gcDurationBuckets?: number[];
  /** Milliseconds between two measurements of the event loop's delay; 10 by default. */
  eventLoopMonitoringPrecision?: number;
  /** Labels that every series has. */
  labels?: object;
  /** Milliseconds between two measurements of the event loop's utilization; 100 by default. */
  eventLoopUtilizationTimeout?: number;
  /** Upper bounds of the utilization. */
  eventLoopUtilizationBuckets?: number[];
  /** Quantiles of the utilization. */
  eventLoopUtilizationPercentiles?: number[];
  /** In how many steps the utilization is forgotten; 5 by default. */
  eventLoopUtilizationAgeBuckets?: number;
  /** The age in seconds from which the utilization is forgotten; 60 by default. */
  eventLoopUtilizationMaxAgeSeconds?: number;
}

/**
 * Registers the metrics of the process. What the runtime does not have is left out: on Workers,
 * everything.
 *
 * @example
 * ```ts
 * import { collectDefaultMetrics, Registry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const register = new Registry();
 * collectDefaultMetrics({ register, prefix: "shop_", labels: { app: "shop" } });
 * assertStringIncludes(await register.metrics(), "# TYPE shop_process_start_time_seconds gauge");
 * ```
 *
 * @category Default metrics
 */
export const collectDefaultMetrics: {
  <Type extends RegistryContentType>(config?: DefaultMetricsCollectorConfiguration<Type>): void;
  /** The names of what is collected; a name stands for one or several families. */
  metricsList: string[];
} = collectDefaultMetricsOf(
  { Counter, Gauge, Histogram, Summary },
  prometheusClientDefaults,
);
