/**
 * The API of [prom-client](https://github.com/siimon/prom-client) 15: a program that was written for
 * it runs unchanged, and its pages are the same byte for byte.
 *
 * @example
 * ```ts
 * import client from "@edgeprom/edgeprom/prom-client";
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
import { promClientDefaults } from "./clients/defaults/default_probes.ts";
import { commonJsModule } from "./clients/entry/common_js.ts";
import type {
  DefaultMetricsCollectorConfiguration,
  RegistryContentType,
} from "./clients/entry/types.ts";
import { Counter, Gauge, Histogram, Summary } from "./clients/prom_client/metrics.ts";
import { register } from "./clients/prom_client/registry.ts";
import * as client from "./prom_client.ts";

export { exponentialBuckets, linearBuckets } from "./clients/bucket_generators.ts";
export type * from "./clients/entry/methods.ts";
export type * from "./clients/entry/types.ts";
export { validateMetricName } from "./clients/entry/validate_metric_name.ts";
export type { Aggregator } from "./clients/metrics/metric_types.ts";
export type * from "./clients/prom_client/labels.ts";
export * from "./clients/prom_client/metrics.ts";
export * from "./clients/prom_client/pushgateway.ts";
export * from "./clients/prom_client/registry.ts";

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
} = collectDefaultMetricsOf({ Counter, Gauge, Histogram, Summary } as never, promClientDefaults);

const commonJs: Record<string, unknown> = commonJsModule(client, register as never);

export * as default from "./prom_client.ts";
export { commonJs as "module.exports" };
