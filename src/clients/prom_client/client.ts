import { collectDefaultMetricsOf } from "../defaults/collect_default_metrics.ts";
import { promClientDefaults } from "../defaults/default_probes.ts";
import type { DefaultMetricsCollectorConfiguration, RegistryContentType } from "../entry/types.ts";
import { Counter, Gauge, Histogram, Summary } from "./metrics.ts";

export { exponentialBuckets, linearBuckets } from "../bucket_generators.ts";
export type * from "../entry/methods.ts";
export type * from "../entry/types.ts";
export { validateMetricName } from "../entry/validate_metric_name.ts";
export type {
  AggregatorFunction,
  Aggregators,
  MetricJson,
  SampleJson,
} from "../registry/aggregators.ts";
export type { Aggregator } from "../metrics/metric_types.ts";
export type * from "./labels.ts";
export * from "./cluster.ts";
export * from "./metrics.ts";
export * from "./pushgateway.ts";
export * from "./registry.ts";

/**
 * Registers the metrics of the process. What the runtime does not have is left out: on Workers,
 * everything.
 *
 * @example
 * ```ts
 * import { collectDefaultMetrics, Registry } from "@edgeprom/edgeprom/prom-client";
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
} = collectDefaultMetricsOf({ Counter, Gauge, Histogram, Summary } as never, promClientDefaults);
