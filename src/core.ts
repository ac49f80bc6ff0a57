/**
 * The part of edgeprom that needs no package and no runtime API: registry, instruments, snapshots
 * and formats.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs", help: "Jobs done." }).inc();
 * const page: Uint8Array = await registry.encode();
 * ```
 *
 * @module
 */
export type {
  Collector,
  FamilyDescription,
  Gatherer,
  Gathering,
  GatherOptions,
} from "./core/collector.ts";
export {
  constCounter,
  constGauge,
  constHistogram,
  type ConstHistogramSample,
  type ConstSample,
} from "./core/const_metrics.ts";
export {
  CollectionError,
  EncodingError,
  InvalidLabelError,
  InvalidValueError,
  MetricsError,
  RegistrationError,
} from "./core/errors.ts";
export { Family, type FamilyDefinition, type FamilySeries } from "./core/family.ts";
export type {
  LabelDefinition,
  LabelRule,
  LabelSchema,
  LabelSet,
  LabelsOf,
  LabelValue,
  SchemaResult,
} from "./core/labels.ts";
export { type LabelRecord, labelsOfRow, type LabelTable, labelTable } from "./core/label_table.ts";
export type {
  CounterSnapshot,
  FamilyHeader,
  GaugeSnapshot,
  HistogramSnapshot,
  MetricFamily,
  MetricType,
} from "./core/snapshot.ts";
export type { AcceptClause } from "./exposition/accept.ts";
export type { Encoder, EncodingErrorHandler } from "./exposition/encoder.ts";
export { negotiate } from "./exposition/formats.ts";
export { prometheusText } from "./exposition/prometheus_text.ts";
export { defaultBuckets, exponentialBuckets, linearBuckets } from "./metrics/buckets.ts";
export type { Callback, CallbackSample } from "./metrics/callback.ts";
export type { Counter, CounterFamily, ErrorClass } from "./metrics/counter.ts";
export type { Gauge, GaugeFamily } from "./metrics/gauge.ts";
export type {
  Histogram,
  HistogramDefinition,
  HistogramFamily,
  HistogramValue,
} from "./metrics/histogram.ts";
export type { EndTimer } from "./metrics/timer.ts";
export {
  type Labelled,
  type MetricDefinition,
  MetricsRegistry,
  type MetricsRegistryOptions,
  type Unlabelled,
} from "./registry/metrics_registry.ts";
