/**
 * Prometheus metrics for Deno, Bun, Node and Cloudflare Workers: a registry, typed instruments, the
 * metrics of a stream processor, and a Hono app with `/metrics`, `/health` and `/ready`.
 *
 * @example
 * ```ts
 * import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
 *
 * const registry = new MetricsRegistry();
 * const jobs = registry.counter({ name: "jobs_total", help: "Jobs done.", labels: ["result"] });
 * jobs.inc({ result: "done" });
 *
 * export default createMetricsApp({ registry });
 * ```
 *
 * What writes a format or reads snapshots needs more types: those are in `@edgeprom/edgeprom/core`.
 *
 * @module
 */
export type {
  Cardinality,
  FamilyCardinality,
  LabelCardinality,
} from "./src/model/gathering/cardinality.ts";
export type {
  Collector,
  FamilyDescription,
  Gatherer,
  Gathering,
  GatherOptions,
} from "./src/model/collector.ts";
export {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
} from "./src/model/const_metrics/const_metrics.ts";
export type {
  ConstBuckets,
  ConstFamily,
  ConstHistogramSample,
  ConstSample,
  ConstStateSetSample,
  ConstSummarySample,
} from "./src/model/const_metrics/const_samples.ts";
export {
  CollectionError,
  EncodingError,
  InvalidLabelError,
  InvalidValueError,
  MetricsError,
  RegistrationError,
} from "./src/model/errors.ts";
export type { Exemplar, ExemplarSource, RecordOptions } from "./src/model/exemplar.ts";
export type { Family } from "./src/model/family/family.ts";
export type { LabelDefinition, LabelSet, LabelsOf, LabelValue } from "./src/model/family/labels.ts";
export type { GaugeMerge } from "./src/model/gauge_merge.ts";
export type { LabelRecord } from "./src/model/label_table.ts";
export type { CardinalityLimits, SeriesOverflow } from "./src/model/family/series_budget.ts";
export type { MetricFamily, MetricType } from "./src/model/snapshot.ts";
export type { Encoder } from "./src/exposition/encoding/encoder.ts";
export type { FormatOptions } from "./src/exposition/formats.ts";
export {
  openMetrics,
  type OpenMetricsOptions,
} from "./src/exposition/open_metrics/open_metrics.ts";
export { openMetrics2 } from "./src/exposition/open_metrics/open_metrics_2.ts";
export { prometheusProtobuf } from "./src/exposition/protobuf/prometheus_protobuf.ts";
export { prometheusText, prometheusText1 } from "./src/exposition/text/prometheus_text.ts";
export { defaultBuckets, exponentialBuckets, linearBuckets } from "./src/metrics/buckets.ts";
export type { Callback, CallbackSample } from "./src/metrics/callback.ts";
export type { Counter, CounterFamily, ErrorClass } from "./src/metrics/counter.ts";
export type { Gauge, GaugeFamily, GaugeShape } from "./src/metrics/gauge.ts";
export type { Histogram, HistogramShape, HistogramValue } from "./src/metrics/histogram.ts";
export type { HistogramFamily } from "./src/metrics/histogram_family.ts";
export type { InfoFamily } from "./src/metrics/info.ts";
export type { StateSet, StateSetFamily } from "./src/metrics/state_set.ts";
export type { Summary, SummaryFamily, SummaryShape, SummaryValue } from "./src/metrics/summary.ts";
export type {
  NativeBucketOptions,
  NativeHistogramOptions,
} from "./src/metrics/native/native_options.ts";
export { type SpanContext, type TraceApi, traceExemplars } from "./src/metrics/trace_exemplars.ts";
export type { EndTimer } from "./src/metrics/timer.ts";
export type { MetricDefinition } from "./src/registry/metric_definition.ts";
export { MetricsRegistry } from "./src/registry/metrics_registry.ts";
export type { MetricsRegistryOptions } from "./src/registry/registry_options.ts";
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
export type { Logger } from "./src/model/logger.ts";
export { createMetricsApp, type MetricsAppOptions } from "./src/http/app/metrics_app.ts";
export { MetricsServer, type MetricsServerOptions } from "./src/http/server/metrics_server.ts";
export type { OutgoingRequest } from "./src/http/requests/outgoing_request.ts";
export type { MetricsPaths } from "./src/http/app/paths.ts";
export type { ProbeOptions } from "./src/http/app/probes.ts";
export { scrape } from "./src/http/scrape/scrape.ts";
export type { ScrapeErrorMode, ScrapeOptions } from "./src/http/scrape/scrape_options.ts";
export type { ServerConfiguration } from "./src/http/server/server_configuration.ts";
export { ProcessorCatalogue } from "./src/processor/catalogue.ts";
export type { PartitionLabels, StateLabels } from "./src/processor/label_sets.ts";
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
