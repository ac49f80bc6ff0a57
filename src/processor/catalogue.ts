import type { Counter, CounterFamily } from "../metrics/counter.ts";
import type { Gauge, GaugeFamily } from "../metrics/gauge.ts";
import type { HistogramFamily } from "../metrics/histogram_family.ts";
import type { LabelValue } from "../model/family/labels.ts";
import type { MetricsRegistry } from "../registry/metrics_registry.ts";
import * as sets from "./label_sets.ts";
import type {
  BackendLabel,
  CacheLayerLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} from "./labels.ts";
import type { ProcessorBuckets } from "./options.ts";

/**
 * The 37 families of a stream processor. Names, types, units and labels are stable.
 *
 * Gauges of several threads or processes are summed over the living ones. Of a lag the largest
 * value counts; of the lag of a partition the latest, because its consumer may change.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
 *
 * new ProcessorMetrics(new MetricsRegistry()).lateEvents.inc();
 * ```
 *
 * @category Stream processor
 */
export class ProcessorCatalogue {
  /** Events that reached the processor. */
  readonly eventsReceived: Counter;
  /** Events that the processor finished, by how they ended. */
  readonly eventsProcessed: CounterFamily<{ readonly result: ResultLabel }>;
  /** Time to process one event, by how it ended. */
  readonly eventProcessingDurationSeconds: HistogramFamily<{ readonly result: ResultLabel }>;
  /** How far the pipeline runs behind its source. */
  readonly pipelineLagSeconds: Gauge;
  /** Events that wait because a later stage is slower. */
  readonly backpressureEvents: Gauge;
  /** Windows opened. */
  readonly windowsCreated: CounterFamily<{ readonly window_type: WindowTypeLabel }>;
  /** Windows fired. */
  readonly windowsTriggered: CounterFamily<{ readonly window_type: WindowTypeLabel }>;
  /** Windows that are open now. */
  readonly windowsActive: GaugeFamily<{ readonly window_type: WindowTypeLabel }>;
  /** Events in a window when it fires. */
  readonly windowSizeEvents: HistogramFamily<{ readonly window_type: WindowTypeLabel }>;
  /** Events that came after the watermark had passed their window. */
  readonly lateEvents: Counter;
  /** Aggregations finished. */
  readonly aggregationsComputed: CounterFamily<{ readonly aggregate_type: LabelValue }>;
  /** Time to compute one aggregation. */
  readonly aggregationDurationSeconds: HistogramFamily<{ readonly aggregate_type: LabelValue }>;
  /** Aggregations that failed. */
  readonly aggregationErrors: CounterFamily<{ readonly aggregate_type: LabelValue }>;
  /** Operations on the state backend. */
  readonly stateOperations: CounterFamily<sets.StateLabels>;
  /** Time of one operation on the state backend. */
  readonly stateOperationDurationSeconds: HistogramFamily<sets.StateLabels>;
  /** Look-ups that a cache layer answered. */
  readonly stateCacheHits: CounterFamily<{ readonly layer: CacheLayerLabel }>;
  /** Look-ups that a cache layer could not answer. */
  readonly stateCacheMisses: CounterFamily<{ readonly layer: CacheLayerLabel }>;
  /** Bytes that the state backend holds. */
  readonly stateSizeBytes: GaugeFamily<{ readonly backend: BackendLabel }>;
  /** Entries that the state backend evicted. */
  readonly stateEvictions: CounterFamily<{ readonly backend: BackendLabel }>;
  /** Events looked up for duplicates. */
  readonly dedupEventsChecked: Counter;
  /** Events that were duplicates. */
  readonly dedupDuplicatesFound: Counter;
  /** Entries in the deduplication cache. */
  readonly dedupCacheSize: Gauge;
  /** Entries evicted from the deduplication cache. */
  readonly dedupCacheEvictions: Counter;
  /** Events normalized. */
  readonly normalizationEvents: Counter;
  /** Fill operations, by strategy. */
  readonly normalizationFillOperations: CounterFamily<{ readonly strategy: StrategyLabel }>;
  /** Gaps filled in a time series. */
  readonly normalizationGapsFilled: Counter;
  /** Outliers detected. */
  readonly normalizationOutliersDetected: Counter;
  /** How far the watermark runs behind the clock. */
  readonly watermarkLagSeconds: Gauge;
  /** Times that the watermark advanced. */
  readonly watermarkUpdates: Counter;
  /** Events older than one that was seen before them. */
  readonly outOfOrderEvents: Counter;
  /** Messages consumed. */
  readonly kafkaMessagesConsumed: CounterFamily<sets.PartitionLabels>;
  /** Messages produced. */
  readonly kafkaMessagesProduced: CounterFamily<sets.PartitionLabels>;
  /** Messages between the committed offset and the end of the partition. */
  readonly kafkaConsumerLag: GaugeFamily<sets.PartitionLabels>;
  /** Offset commits that failed. */
  readonly kafkaOffsetCommitErrors: CounterFamily<sets.PartitionLabels>;
  /** Errors in the pipeline, by type. */
  readonly pipelineErrors: CounterFamily<{ readonly error_type: LabelValue }>;
  /** Operators that are running now. */
  readonly pipelineOperatorsActive: Gauge;
  /** Time that one operator took. */
  readonly operatorDurationSeconds: HistogramFamily<{ readonly operator: LabelValue }>;

  /** Registers the families, or finds them if they are registered. */
  constructor(registry: MetricsRegistry, { durations, windowSizes }: ProcessorBuckets) {
    this.eventsReceived = registry.counter({
      name: "processor_events_received",
      help: "Events that reached the processor.",
    });
    this.eventsProcessed = registry.counter({
      name: "processor_events_processed",
      help: "Events that the processor finished, by how they ended.",
      labels: sets.resultLabels,
    });
    this.eventProcessingDurationSeconds = registry.histogram({
      name: "processor_event_processing_duration_seconds",
      help: "Time to process one event, by how it ended.",
      unit: "seconds",
      labels: sets.resultLabels,
      buckets: durations,
    });
    this.pipelineLagSeconds = registry.gauge({
      name: "processor_pipeline_lag_seconds",
      help: "How far the pipeline runs behind its source.",
      unit: "seconds",
      merge: "liveMax",
    });
    this.backpressureEvents = registry.gauge({
      name: "processor_backpressure_events",
      help: "Events that wait because a later stage is slower.",
      unit: "events",
    });
    this.windowsCreated = registry.counter({
      name: "processor_windows_created",
      help: "Windows opened.",
      labels: sets.windowTypeLabels,
    });
    this.windowsTriggered = registry.counter({
      name: "processor_windows_triggered",
      help: "Windows fired.",
      labels: sets.windowTypeLabels,
    });
    this.windowsActive = registry.gauge({
      name: "processor_windows_active",
      help: "Windows that are open now.",
      labels: sets.windowTypeLabels,
    });
    this.windowSizeEvents = registry.histogram({
      name: "processor_window_size_events",
      help: "Events in a window when it fires.",
      unit: "events",
      labels: sets.windowTypeLabels,
      buckets: windowSizes,
    });
    this.lateEvents = registry.counter({
      name: "processor_late_events",
      help: "Events that came after the watermark had passed their window.",
      unit: "events",
    });
    this.aggregationsComputed = registry.counter({
      name: "processor_aggregations_computed",
      help: "Aggregations finished.",
      labels: sets.aggregateTypeLabels,
    });
    this.aggregationDurationSeconds = registry.histogram({
      name: "processor_aggregation_duration_seconds",
      help: "Time to compute one aggregation.",
      unit: "seconds",
      labels: sets.aggregateTypeLabels,
      buckets: durations,
    });
    this.aggregationErrors = registry.counter({
      name: "processor_aggregation_errors",
      help: "Aggregations that failed.",
      labels: sets.aggregateTypeLabels,
    });
    this.stateOperations = registry.counter({
      name: "processor_state_operations",
      help: "Operations on the state backend.",
      labels: sets.stateLabels,
    });
    this.stateOperationDurationSeconds = registry.histogram({
      name: "processor_state_operation_duration_seconds",
      help: "Time of one operation on the state backend.",
      unit: "seconds",
      labels: sets.stateLabels,
      buckets: durations,
    });
    this.stateCacheHits = registry.counter({
      name: "processor_state_cache_hits",
      help: "Look-ups that a cache layer answered.",
      labels: sets.layerLabels,
    });
    this.stateCacheMisses = registry.counter({
      name: "processor_state_cache_misses",
      help: "Look-ups that a cache layer could not answer.",
      labels: sets.layerLabels,
    });
    this.stateSizeBytes = registry.gauge({
      name: "processor_state_size_bytes",
      help: "Bytes that the state backend holds.",
      unit: "bytes",
      labels: sets.backendLabels,
    });
    this.stateEvictions = registry.counter({
      name: "processor_state_evictions",
      help: "Entries that the state backend evicted.",
      labels: sets.backendLabels,
    });
    this.dedupEventsChecked = registry.counter({
      name: "processor_dedup_events_checked",
      help: "Events looked up for duplicates.",
    });
    this.dedupDuplicatesFound = registry.counter({
      name: "processor_dedup_duplicates_found",
      help: "Events that were duplicates.",
    });
    this.dedupCacheSize = registry.gauge({
      name: "processor_dedup_cache_size",
      help: "Entries in the deduplication cache.",
    });
    this.dedupCacheEvictions = registry.counter({
      name: "processor_dedup_cache_evictions",
      help: "Entries evicted from the deduplication cache.",
    });
    this.normalizationEvents = registry.counter({
      name: "processor_normalization_events",
      help: "Events normalized.",
      unit: "events",
    });
    this.normalizationFillOperations = registry.counter({
      name: "processor_normalization_fill_operations",
      help: "Fill operations, by strategy.",
      labels: sets.strategyLabels,
    });
    this.normalizationGapsFilled = registry.counter({
      name: "processor_normalization_gaps_filled",
      help: "Gaps filled in a time series.",
    });
    this.normalizationOutliersDetected = registry.counter({
      name: "processor_normalization_outliers_detected",
      help: "Outliers detected.",
    });
    this.watermarkLagSeconds = registry.gauge({
      name: "processor_watermark_lag_seconds",
      help: "How far the watermark runs behind the clock.",
      unit: "seconds",
      merge: "liveMax",
    });
    this.watermarkUpdates = registry.counter({
      name: "processor_watermark_updates",
      help: "Times that the watermark advanced.",
    });
    this.outOfOrderEvents = registry.counter({
      name: "processor_out_of_order_events",
      help: "Events older than one that was seen before them.",
      unit: "events",
    });
    this.kafkaMessagesConsumed = registry.counter({
      name: "processor_kafka_messages_consumed",
      help: "Messages consumed.",
      labels: sets.partitionLabels,
    });
    this.kafkaMessagesProduced = registry.counter({
      name: "processor_kafka_messages_produced",
      help: "Messages produced.",
      labels: sets.partitionLabels,
    });
    this.kafkaConsumerLag = registry.gauge({
      name: "processor_kafka_consumer_lag",
      help: "Messages between the committed offset and the end of the partition.",
      merge: "liveMostRecent",
      labels: sets.partitionLabels,
    });
    this.kafkaOffsetCommitErrors = registry.counter({
      name: "processor_kafka_offset_commit_errors",
      help: "Offset commits that failed.",
      labels: sets.partitionLabels,
    });
    this.pipelineErrors = registry.counter({
      name: "processor_pipeline_errors",
      help: "Errors in the pipeline, by type.",
      labels: sets.errorTypeLabels,
    });
    this.pipelineOperatorsActive = registry.gauge({
      name: "processor_pipeline_operators_active",
      help: "Operators that are running now.",
    });
    this.operatorDurationSeconds = registry.histogram({
      name: "processor_operator_duration_seconds",
      help: "Time that one operator took.",
      unit: "seconds",
      labels: sets.operatorLabels,
      buckets: durations,
    });
  }
}
