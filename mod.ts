/**
 * Prometheus metrics for Deno, Bun, Node and Cloudflare Workers: a registry, typed instruments, the
 * metrics of a stream processor, and a Hono app with `/metrics`, `/health` and `/ready`.
 *
 * @example
 * ```ts
 * import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
 *
 * const registry = new MetricsRegistry();
 * const jobs = registry.counter({ name: "jobs", help: "Jobs by result.", labels: ["result"] });
 * jobs.inc({ result: "done" });
 *
 * export default createMetricsApp({ registry });
 * ```
 *
 * @module
 */
export * from "./src/core.ts";
export { type MetricsConfiguration, parseConfiguration } from "./src/http/app/configuration.ts";
export { BindError, ServerStartError } from "./src/http/errors.ts";
export type { HttpLabel, HttpLabels } from "./src/http/requests/extra_labels.ts";
export type { CheckOutcome, CheckResult, HealthCheck } from "./src/http/app/health_check.ts";
export type { HttpContext, HttpMiddleware } from "./src/http/requests/http_context.ts";
export type { HttpInstrumentOptions } from "./src/http/requests/http_instruments.ts";
export type { StatusDetail } from "./src/http/requests/http_labels.ts";
export { httpMetrics, type HttpMetricsOptions } from "./src/http/requests/http_metrics.ts";
export {
  type FetchFunction,
  instrumentFetch,
  type InstrumentFetchOptions,
} from "./src/http/requests/instrument_fetch.ts";
export type { Logger } from "./src/http/logger.ts";
export { createMetricsApp, type MetricsAppOptions } from "./src/http/app/metrics_app.ts";
export { MetricsServer, type MetricsServerOptions } from "./src/http/server/metrics_server.ts";
export type { OutgoingRequest } from "./src/http/requests/outgoing_request.ts";
export type { MetricsPaths } from "./src/http/app/paths.ts";
export type { ProbeOptions } from "./src/http/app/probes.ts";
export { scrape } from "./src/http/scrape/scrape.ts";
export type { ScrapeErrorMode, ScrapeOptions } from "./src/http/scrape/scrape_options.ts";
export type { ServerConfiguration } from "./src/http/server/server_configuration.ts";
export { ProcessorCatalogue } from "./src/processor/catalogue.ts";
export type {
  AggregateTypeLabels,
  BackendLabels,
  ErrorTypeLabels,
  LayerLabels,
  OperatorLabels,
  PartitionLabels,
  ResultLabels,
  StateLabels,
  StrategyLabels,
  WindowTypeLabels,
} from "./src/processor/label_sets.ts";
export {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} from "./src/processor/labels.ts";
export type { ProcessorBuckets, ProcessorMetricsOptions } from "./src/processor/options.ts";
export { ProcessorMetrics } from "./src/processor/processor_metrics.ts";
export type { HistogramSeries, MetricsSnapshot, ValueSeries } from "./src/processor/snapshot.ts";
export { version } from "./src/model/version.ts";
