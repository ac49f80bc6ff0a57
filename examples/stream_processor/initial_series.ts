import {
  BackendLabel,
  CacheLayerLabel,
  OperationLabel,
  type ProcessorMetrics,
} from "@edgeprom/edgeprom";
import { AGGREGATES } from "./aggregator.ts";
import { OPERATORS } from "./operators.ts";
import { TOPICS } from "./pipeline.ts";

/** The values of the label `error_type`. */
const ERROR_TYPES = [
  "malformed_line",
  "invalid_flight",
  "operator_failure",
  "offset_commit",
] as const;

/**
 * Creates all series that are known beforehand at 0. A rate needs a first value to start from: the
 * first error of a series that appears only with it would be seen by no alert. Only what this
 * processor can come to is created: it has no Redis, so it has no series for one.
 */
export function createInitialSeries(metrics: ProcessorMetrics): void {
  metrics.eventsProcessed.init();
  metrics.eventProcessingDurationSeconds.init();
  metrics.windowsCreated.init();
  metrics.windowsTriggered.init();
  metrics.windowsActive.init();
  metrics.windowSizeEvents.init();
  metrics.normalizationFillOperations.init();
  createStateSeries(metrics);
  createTopicSeries(metrics);

  for (const aggregate_type of Object.keys(AGGREGATES)) {
    metrics.aggregationsComputed.labels({ aggregate_type });
    metrics.aggregationDurationSeconds.labels({ aggregate_type });
    metrics.aggregationErrors.labels({ aggregate_type });
  }
  for (const operator of OPERATORS) metrics.operatorDurationSeconds.labels({ operator });
  for (const error_type of ERROR_TYPES) metrics.pipelineErrors.labels({ error_type });
}

function createStateSeries(metrics: ProcessorMetrics): void {
  const backend = BackendLabel.InMemory;
  for (const operation of Object.values(OperationLabel)) {
    metrics.stateOperations.labels({ operation, backend });
    metrics.stateOperationDurationSeconds.labels({ operation, backend });
  }
  metrics.stateSizeBytes.labels({ backend });
  metrics.stateEvictions.labels({ backend });
  for (const layer of [CacheLayerLabel.L1, CacheLayerLabel.L2]) {
    metrics.stateCacheHits.labels({ layer });
    metrics.stateCacheMisses.labels({ layer });
  }
}

/** All topics are produced to, but only the flights are consumed. */
function createTopicSeries(metrics: ProcessorMetrics): void {
  for (const { name, partitions } of Object.values(TOPICS)) {
    for (let partition = 0; partition < partitions; partition++) {
      metrics.kafkaMessagesProduced.labels({ topic: name, partition });
    }
  }
  const topic = TOPICS.flights.name;
  for (let partition = 0; partition < TOPICS.flights.partitions; partition++) {
    metrics.kafkaMessagesConsumed.labels({ topic, partition });
    metrics.kafkaConsumerLag.labels({ topic, partition });
    metrics.kafkaOffsetCommitErrors.labels({ topic, partition });
  }
}
