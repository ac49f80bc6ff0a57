import { Family } from "../model/family/family.ts";
import { aRegistry, checkOptions, required } from "../model/options.ts";
import { MetricsRegistry } from "../registry/metrics_registry.ts";
import { addProcessorRegistry } from "../registry/processor_registries.ts";
import { ProcessorCatalogue } from "./catalogue.ts";
import type {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  ResultLabel,
  StrategyLabel,
  WindowTypeLabel,
} from "./labels.ts";
import { type ProcessorMetricsOptions, readOptions } from "./options.ts";
import { type MetricsSnapshot, snapshotOf } from "./snapshot.ts";

/**
 * The metrics of a stream processor: 37 families, each a field, and a method for each event to
 * record. All durations and lags are in seconds.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordEventReceived();
 * metrics.recordEventProcessed("success", 0.002);
 * assertEquals(metrics.eventsProcessed.labels({ result: "success" }).get(), 1);
 * ```
 *
 * @category Stream processor
 */
export class ProcessorMetrics extends ProcessorCatalogue {
  static #global: ProcessorMetrics | undefined;

  /**
   * Registers the families, or finds them if they are registered.
   *
   * @throws {RegistrationError} If there is no registry, an option is wrong, or a name is taken by
   * another metric.
   */
  constructor(registry: MetricsRegistry, options: ProcessorMetricsOptions = {}) {
    checkOptions("ProcessorMetrics", { registry }, { registry: required(aRegistry) });
    const { prefix, buckets } = readOptions(options);
    super(prefix === "" ? registry : registry.view({ prefix }), buckets);
    addProcessorRegistry(registry);
  }

  /** The catalogue on the default registry, {@linkcode MetricsRegistry.global}. */
  static global(): ProcessorMetrics {
    return ProcessorMetrics.#global ??= new ProcessorMetrics(MetricsRegistry.global());
  }

  /** Counts events that reached the processor. */
  recordEventReceived(count = 1): void {
    this.eventsReceived.inc(count);
  }

  /** Counts an event that was finished, and observes its duration if that is given. */
  recordEventProcessed(result: ResultLabel, seconds?: number): void {
    if (seconds !== undefined) this.observeEventProcessingDuration(result, seconds);
    Family.childWithValue(this.eventsProcessed, result).inc();
  }

  /** Observes the duration of an event without counting it. */
  observeEventProcessingDuration(result: ResultLabel, seconds: number): void {
    Family.childWithValue(this.eventProcessingDurationSeconds, result).observe(seconds);
  }

  /** Sets how far the pipeline runs behind its source. */
  setPipelineLag(seconds: number): void {
    this.pipelineLagSeconds.set(seconds);
  }

  /** Sets the number of events that wait because a later stage is slower. */
  setBackpressureEvents(events: number): void {
    this.backpressureEvents.set(events);
  }

  /** Counts a window that was opened. */
  recordWindowCreated(windowType: WindowTypeLabel): void {
    Family.childWithValue(this.windowsCreated, windowType).inc();
  }

  /** Counts a window that fired, and observes the number of its events if that is given. */
  recordWindowTriggered(windowType: WindowTypeLabel, events?: number): void {
    if (events !== undefined) this.observeWindowSize(windowType, events);
    Family.childWithValue(this.windowsTriggered, windowType).inc();
  }

  /** Observes the number of events in a window without counting the window. */
  observeWindowSize(windowType: WindowTypeLabel, events: number): void {
    Family.childWithValue(this.windowSizeEvents, windowType).observe(events);
  }

  /** Sets the number of open windows. */
  setActiveWindows(windowType: WindowTypeLabel, windows: number): void {
    Family.childWithValue(this.windowsActive, windowType).set(windows);
  }

  /** Counts events that came after the watermark had passed their window. */
  recordLateEvent(count = 1): void {
    this.lateEvents.inc(count);
  }

  /** Counts an aggregation, and observes its duration if that is given. */
  recordAggregation(aggregateType: string, seconds?: number): void {
    if (seconds !== undefined) this.observeAggregationDuration(aggregateType, seconds);
    Family.childWithValue(this.aggregationsComputed, aggregateType).inc();
  }

  /** Observes the duration of an aggregation without counting it. */
  observeAggregationDuration(aggregateType: string, seconds: number): void {
    Family.childWithValue(this.aggregationDurationSeconds, aggregateType).observe(seconds);
  }

  /** Counts an aggregation that failed. */
  recordAggregationError(aggregateType: string): void {
    Family.childWithValue(this.aggregationErrors, aggregateType).inc();
  }

  /** Counts an operation on the state, and observes its duration if that is given. */
  recordStateOperation(operation: OperationLabel, backend: BackendLabel, seconds?: number): void {
    if (seconds !== undefined) this.observeStateOperationDuration(operation, backend, seconds);
    this.stateOperations.inc({ operation, backend });
  }

  /** Observes the duration of an operation on the state without counting it. */
  observeStateOperationDuration(
    operation: OperationLabel,
    backend: BackendLabel,
    seconds: number,
  ): void {
    this.stateOperationDurationSeconds.observe({ operation, backend }, seconds);
  }

  /** Counts a look-up that a cache layer answered. */
  recordCacheHit(layer: CacheLayerLabel): void {
    Family.childWithValue(this.stateCacheHits, layer).inc();
  }

  /** Counts a look-up that a cache layer could not answer. */
  recordCacheMiss(layer: CacheLayerLabel): void {
    Family.childWithValue(this.stateCacheMisses, layer).inc();
  }

  /** Sets the number of bytes in a state backend. */
  setStateSize(backend: BackendLabel, bytes: number): void {
    Family.childWithValue(this.stateSizeBytes, backend).set(bytes);
  }

  /** Counts entries that a state backend evicted. */
  recordStateEviction(backend: BackendLabel, count = 1): void {
    Family.childWithValue(this.stateEvictions, backend).inc(count);
  }

  /** Counts a look-up for a duplicate, and the duplicate if it was one. */
  recordDedupCheck(isDuplicate: boolean): void {
    this.dedupEventsChecked.inc();
    if (isDuplicate) this.dedupDuplicatesFound.inc();
  }

  /** Sets the number of entries in the deduplication cache. */
  setDedupCacheSize(entries: number): void {
    this.dedupCacheSize.set(entries);
  }

  /** Counts entries that the deduplication cache evicted. */
  recordDedupCacheEviction(count = 1): void {
    this.dedupCacheEvictions.inc(count);
  }

  /** Counts events that were normalized. */
  recordNormalizedEvent(count = 1): void {
    this.normalizationEvents.inc(count);
  }

  /** Counts fill operations. */
  recordFillOperation(strategy: StrategyLabel, count = 1): void {
    Family.childWithValue(this.normalizationFillOperations, strategy).inc(count);
  }

  /** Counts gaps that were filled. */
  recordGapsFilled(count = 1): void {
    this.normalizationGapsFilled.inc(count);
  }

  /** Counts outliers that were detected. */
  recordOutliersDetected(count = 1): void {
    this.normalizationOutliersDetected.inc(count);
  }

  /** Sets how far the watermark runs behind the clock. */
  setWatermarkLag(seconds: number): void {
    this.watermarkLagSeconds.set(seconds);
  }

  /** Counts an advance of the watermark. */
  recordWatermarkUpdate(): void {
    this.watermarkUpdates.inc();
  }

  /** Counts an event older than one that was seen before it. */
  recordOutOfOrderEvent(): void {
    this.outOfOrderEvents.inc();
  }

  /** Counts messages that were consumed. */
  recordKafkaMessageConsumed(topic: string, partition: string | number, count = 1): void {
    this.kafkaMessagesConsumed.inc({ topic, partition }, count);
  }

  /** Counts messages that were produced. */
  recordKafkaMessageProduced(topic: string, partition: string | number, count = 1): void {
    this.kafkaMessagesProduced.inc({ topic, partition }, count);
  }

  /** Sets the number of messages from the committed offset to the end of a partition. */
  setKafkaConsumerLag(topic: string, partition: string | number, messages: number): void {
    this.kafkaConsumerLag.set({ topic, partition }, messages);
  }

  /** Counts an offset commit that failed. */
  recordKafkaOffsetCommitError(topic: string, partition: string | number): void {
    this.kafkaOffsetCommitErrors.inc({ topic, partition });
  }

  /** Counts an error in the pipeline, by a type that you name. */
  recordPipelineError(errorType: string): void {
    Family.childWithValue(this.pipelineErrors, errorType).inc();
  }

  /** Sets the number of running operators. */
  setActiveOperators(operators: number): void {
    this.pipelineOperatorsActive.set(operators);
  }

  /** Observes the duration of an operator. */
  observeOperatorDuration(operator: string, seconds: number): void {
    Family.childWithValue(this.operatorDurationSeconds, operator).observe(seconds);
  }

  /** Every series of the 37 families now; for tests and debugging. */
  snapshot(): MetricsSnapshot {
    return snapshotOf(this);
  }
}
