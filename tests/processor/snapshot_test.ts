import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";
import catalogue from "../cases/catalogue.json" with { type: "json" };

function fresh(): ProcessorMetrics {
  return new ProcessorMetrics(new MetricsRegistry());
}

test("ProcessorMetrics.snapshot(): a snapshot has every field, labelled ones being empty at first", () => {
  const snapshot = fresh().snapshot();
  assertEquals(Object.keys(snapshot).length, 37);
  for (const { name, labels } of catalogue.metrics) {
    const field = name.replace("processor_", "")
      .replace(/_([a-z])/g, (_, letter) => letter.toUpperCase()) as keyof typeof snapshot;
    const unlabelled = Object.keys(labels).length === 0;
    assertEquals<unknown>(snapshot[field], unlabelled ? [{ labels: {}, value: 0 }] : [], field);
  }
});

test("ProcessorMetrics.snapshot(): a snapshot has the values, the counts and the sums of the series", () => {
  const metrics = fresh();
  metrics.recordEventReceived(3);
  metrics.setPipelineLag(-0.5);
  metrics.recordEventProcessed("success", 0.5);
  metrics.recordEventProcessed("error", 100);
  metrics.recordEventProcessed("success", 0.25);
  const snapshot = metrics.snapshot();
  assertEquals(snapshot.eventsReceived, [{ labels: {}, value: 3 }]);
  assertEquals(snapshot.pipelineLagSeconds, [{ labels: {}, value: -0.5 }]);
  assertEquals(copied(snapshot.eventsProcessed), [
    { labels: { result: "success" }, value: 2 },
    { labels: { result: "error" }, value: 1 },
  ]);
  assertEquals(copied(snapshot.eventProcessingDurationSeconds), [
    { labels: { result: "success" }, count: 2, sum: 0.75 },
    { labels: { result: "error" }, count: 1, sum: 100 },
  ]);
});

test("ProcessorMetrics.snapshot(): a snapshot stays as it was", () => {
  const metrics = fresh();
  metrics.recordCacheHit("l1");
  const before = metrics.snapshot();
  metrics.recordCacheHit("l1");
  metrics.recordCacheHit("l2");
  metrics.recordEventReceived();
  assertEquals(copied(before.stateCacheHits), [{ labels: { layer: "l1" }, value: 1 }]);
  assertEquals(before.eventsReceived, [{ labels: {}, value: 0 }]);
  assertEquals(metrics.snapshot().stateCacheHits.length, 2);
});

test("ProcessorMetrics.snapshot(): a prefix is not in the way", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry(), { prefix: "app_" });
  metrics.recordGapsFilled(2);
  assertEquals(metrics.snapshot().normalizationGapsFilled, [{ labels: {}, value: 2 }]);
});

test("ProcessorMetrics.snapshot(): the labels of a view are in the snapshot of what it made", () => {
  const view = new MetricsRegistry().view({ labels: { shard: "7" } });
  const metrics = new ProcessorMetrics(view);
  metrics.recordCacheMiss("l2");
  assertEquals(copied(metrics.snapshot().stateCacheMisses), [
    { labels: { shard: "7", layer: "l2" }, value: 1 },
  ]);
});

/** The series with their labels as plain objects. */
function copied<Each extends { readonly labels: object }>(series: readonly Each[]): unknown[] {
  return series.map((each) => ({ ...each, labels: { ...each.labels } }));
}

test("ProcessorMetrics.snapshot(): labels with too many values are in the snapshot together", () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 2, onOverflow() {} } });
  const metrics = new ProcessorMetrics(registry);
  for (const partition of [0, 1, 2, 3]) metrics.recordKafkaMessageConsumed("orders", partition);
  for (const type of ["a", "b", "c"]) metrics.recordAggregation(type, 0.5);
  const { kafkaMessagesConsumed, aggregationDurationSeconds } = metrics.snapshot();
  const labels = { otel_metric_overflow: "true" };
  assertEquals(copied(kafkaMessagesConsumed).at(-1), { labels, value: 2 });
  assertEquals(copied(aggregationDurationSeconds).at(-1), { labels, count: 1, sum: 0.5 });
});
