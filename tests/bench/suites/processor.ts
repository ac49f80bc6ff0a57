import type { Library, Processor } from "../contenders/library.ts";
import { sixteenBounds } from "./material.ts";

/** The processor's methods: the library's own, or what its user would write by hand. */
export function processorOf(library: Library): Processor {
  const own = library.processor?.();
  if (own !== undefined) return own;
  const received = library.counter("processor_events_received");
  const processed = library.counters("processor_events_processed", ["result"]);
  const lag = library.gauge("processor_pipeline_lag_seconds");
  const seconds = library.histograms(
    "processor_event_processing_duration_seconds",
    ["result"],
    sixteenBounds,
  );
  const operations = library.counters("processor_state_operations", ["operation", "backend"]);
  const operationSeconds = library.histograms(
    "processor_state_operation_duration_seconds",
    ["operation", "backend"],
    sixteenBounds,
  );
  const consumed = library.counters("processor_kafka_messages_consumed", ["topic", "partition"]);
  return {
    recordEventReceived: () => received.inc(),
    recordEventProcessed(result, duration) {
      processed.inc({ result });
      seconds.observe({ result }, duration);
    },
    setPipelineLag: (duration) => lag.set(duration),
    recordStateOperation(operation, backend, duration) {
      operations.inc({ operation, backend });
      operationSeconds.observe({ operation, backend }, duration);
    },
    recordKafkaMessageConsumed: (topic, partition) => consumed.inc({ topic, partition }),
  };
}
