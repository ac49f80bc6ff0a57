/**
 * The part of edgeprom that needs no package and no runtime API: registry, instruments, snapshots
 * and formats, with the types for a collector or a format of your own.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 * const page: Uint8Array = await registry.encode();
 * ```
 *
 * @module
 */
export type {
  Cardinality,
  FamilyCardinality,
  LabelCardinality,
} from "./model/gathering/cardinality.ts";
export type {
  Collector,
  FamilyDescription,
  Gatherer,
  Gathering,
  GatherOptions,
} from "./model/collector.ts";
export {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
} from "./model/const_metrics/const_metrics.ts";
export type {
  ConstBuckets,
  ConstFamily,
  ConstHistogramSample,
  ConstSample,
  ConstSeries,
  ConstStateSetSample,
  ConstSummarySample,
} from "./model/const_metrics/const_samples.ts";
export {
  CollectionError,
  EncodingError,
  InvalidLabelError,
  InvalidValueError,
  MetricsError,
  RegistrationError,
} from "./model/errors.ts";
export type { Exemplar, ExemplarSource, RecordOptions } from "./model/exemplar.ts";
export type { Family } from "./model/family/family.ts";
export type {
  ClosedRule,
  LabelDefinition,
  LabelRule,
  LabelSchema,
  LabelSet,
  LabelsOf,
  LabelValue,
  OpenLabel,
  SchemaResult,
  ValueOf,
} from "./model/family/labels.ts";
export type { GaugeMerge } from "./model/gauge_merge.ts";
export { type LabelRecord, labelsOfRow, type LabelTable, labelTable } from "./model/label_table.ts";
export type { CardinalityLimits, SeriesOverflow } from "./model/family/series_budget.ts";
export type {
  BucketedSnapshot,
  CounterSnapshot,
  Created,
  Exemplars,
  FamilyHeader,
  FamilySnapshot,
  GaugeHistogramSnapshot,
  GaugeSnapshot,
  HistogramSnapshot,
  InfoSnapshot,
  MetricFamily,
  MetricType,
  NativeBuckets,
  SparseBuckets,
  StateSetSnapshot,
  SummarySnapshot,
  Timestamps,
  UnknownSnapshot,
} from "./model/snapshot.ts";
export type { AcceptClause } from "./exposition/encoding/accept.ts";
export type { EncodeOptions, Encoder, EncodingChunks } from "./exposition/encoding/encoder.ts";
export type { EncodingErrorHandler } from "./exposition/encoding/encoding_error.ts";
export type { EscapingScheme } from "./exposition/encoding/escaping.ts";
export { type FormatOptions, negotiate, type Negotiation } from "./exposition/formats.ts";
export { openMetrics, type OpenMetricsOptions } from "./exposition/open_metrics/open_metrics.ts";
export { openMetrics2 } from "./exposition/open_metrics/open_metrics_2.ts";
export { prometheusProtobuf } from "./exposition/protobuf/prometheus_protobuf.ts";
export { prometheusText, prometheusText1 } from "./exposition/text/prometheus_text.ts";
export { defaultBuckets, exponentialBuckets, linearBuckets } from "./metrics/buckets.ts";
export type { Callback, CallbackSample } from "./metrics/callback.ts";
export type { Counter, CounterFamily, ErrorClass } from "./metrics/counter.ts";
export type { Gauge, GaugeFamily, GaugeShape } from "./metrics/gauge.ts";
export type { Histogram, HistogramShape, HistogramValue } from "./metrics/histogram.ts";
export type { HistogramFamily } from "./metrics/histogram_family.ts";
export type { InfoFamily, InfoSeries } from "./metrics/info.ts";
export type { StateSet, StateSetFamily } from "./metrics/state_set.ts";
export type { Summary, SummaryFamily, SummaryShape, SummaryValue } from "./metrics/summary.ts";
export type {
  NativeBucketOptions,
  NativeHistogramOptions,
} from "./metrics/native/native_options.ts";
export { type SpanContext, type TraceApi, traceExemplars } from "./metrics/trace_exemplars.ts";
export type { EndTimer } from "./metrics/timer.ts";
export {
  type Labelled,
  type MetricDefinition,
  type Stateful,
  type Unlabelled,
  type WithCallback,
} from "./registry/metric_definition.ts";
export { MetricsRegistry } from "./registry/metrics_registry.ts";
export type { MetricsRegistryOptions } from "./registry/registry_options.ts";
