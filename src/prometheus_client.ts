/**
 * The API of [@prometheus-io/client](https://github.com/prometheus/client_js) 0.16: a program that was
 * written for it runs unchanged, and its pages are the same byte for byte.
 *
 * @example
 * ```ts
 * import client from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const requests = new client.Counter({
 *   name: "http_requests_total",
 *   help: "Requests by method.",
 *   labelNames: ["method"],
 * });
 * requests.inc({ method: "GET" });
 * assertStringIncludes(await client.register.metrics(), 'http_requests_total{method="GET"} 1');
 * ```
 *
 * @module
 */
import { collectDefaultMetricsOf } from "./clients/defaults/collect_default_metrics.ts";
import { prometheusClientDefaults } from "./clients/defaults/default_probes.ts";
import { commonJsModule } from "./clients/entry/common_js.ts";
import type {
  DefaultMetricsCollectorConfiguration as CommonConfiguration,
  RegistryContentType,
} from "./clients/entry/types.ts";
import { Counter, Gauge, Histogram, Summary } from "./clients/prometheus_client/metrics.ts";
import { register } from "./clients/prometheus_client/registry.ts";
import * as client from "./prometheus_client.ts";

export { exponentialBuckets, linearBuckets } from "./clients/bucket_generators.ts";
export type * from "./clients/entry/methods.ts";
export type * from "./clients/entry/types.ts";
export { validateMetricName } from "./clients/entry/validate_metric_name.ts";
export type { Aggregator } from "./clients/metrics/metric_types.ts";
export type * from "./clients/prometheus_client/labels.ts";
export * from "./clients/prometheus_client/metrics.ts";
export * from "./clients/prometheus_client/pushgateway.ts";
export * from "./clients/prometheus_client/registry.ts";

/**
 * What default metrics are configured with.
 *
 * @category Default metrics
 */
export interface DefaultMetricsCollectorConfiguration<Type extends RegistryContentType>
  extends CommonConfiguration<Type> {
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
 * @category Default metrics
 */
export const collectDefaultMetrics: {
  <Type extends RegistryContentType>(config?: DefaultMetricsCollectorConfiguration<Type>): void;
  /** The names of what is collected; a name stands for one or several families. */
  metricsList: string[];
} = collectDefaultMetricsOf(
  { Counter, Gauge, Histogram, Summary } as never,
  prometheusClientDefaults,
);

const commonJs: Record<string, unknown> = commonJsModule(client, register as never);

export * as default from "./prometheus_client.ts";
export { commonJs as "module.exports" };
