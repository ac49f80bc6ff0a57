import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { type MetricFamily, ProcessorMetrics } from "../../mod.ts";
import { simulatedThreads } from "./simulated_threads.ts";

/** The gauges after three threads set them to 30, 20 and 10, and after the first thread has ended. */
const gauges: Readonly<Record<string, readonly [living: number, ended: number]>> = {
  processor_backpressure_events: [60, 30],
  processor_dedup_cache_size: [60, 30],
  processor_kafka_consumer_lag: [10, 10],
  processor_pipeline_lag_seconds: [30, 20],
  processor_pipeline_operators_active: [60, 30],
  processor_state_size_bytes: [60, 30],
  processor_watermark_lag_seconds: [30, 20],
  processor_windows_active: [60, 30],
};

test("ProcessorMetrics: each gauge of several threads is merged by its meaning", async () => {
  const { registries } = simulatedThreads(3);
  for (const [thread, registry] of registries.entries()) {
    const metrics = new ProcessorMetrics(registry);
    const value = 30 - thread * 10;
    metrics.setPipelineLag(value);
    metrics.setBackpressureEvents(value);
    metrics.setActiveWindows("tumbling", value);
    metrics.setStateSize("in_memory", value);
    metrics.setDedupCacheSize(value);
    metrics.setWatermarkLag(value);
    metrics.setKafkaConsumerLag("orders", 0, value);
    metrics.setActiveOperators(value);
    metrics.recordEventReceived();
  }
  assertEquals(gaugesOf((await registries[2].gather()).families), column(0));
  registries[0].close();
  const { families, errors } = await registries[1].gather();
  assertEquals(errors, []);
  assertEquals(gaugesOf(families), column(1));
  const received = families.find(({ name }) => name === "processor_events_received");
  assertEquals(received?.type === "counter" && [...received.values], [3]);
});

function gaugesOf(families: readonly MetricFamily[]): Record<string, number> {
  return Object.fromEntries(
    families.flatMap((family) => family.type === "gauge" ? [[family.name, family.values[0]]] : []),
  );
}

function column(at: number): Record<string, number> {
  return Object.fromEntries(Object.entries(gauges).map(([name, values]) => [name, values[at]]));
}
