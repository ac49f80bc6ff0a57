// A process of its own: it needs a global registry that nobody has used.
import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  InvalidLabelError,
  InvalidValueError,
  MetricsRegistry,
  ProcessorMetrics,
  type ResultLabel,
} from "../../mod.ts";
import catalogue from "../cases/catalogue.json" with { type: "json" };
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";

function fresh(): ProcessorMetrics {
  return new ProcessorMetrics(new MetricsRegistry());
}

/** The samples of a page, `name{labels}` to value. */
async function read(registry: MetricsRegistry): Promise<ReadonlyMap<string, number>> {
  return new Map((await samplesOf(registry)).map((line) => {
    const space = line.lastIndexOf(" ");
    return [line.slice(0, space), Number(line.slice(space + 1))];
  }));
}

/** What a call changes on the page; the buckets of histograms are left out. */
async function changes(
  ...calls: readonly ((metrics: ProcessorMetrics) => void)[]
): Promise<Readonly<Record<string, number>>> {
  const registry = new MetricsRegistry();
  const metrics = new ProcessorMetrics(registry);
  const before = await read(registry);
  for (const call of calls) call(metrics);
  const deltas = [...await read(registry)]
    .filter(([sample]) => !sample.includes("_bucket{"))
    .map(([sample, value]) => {
      return [sample.replace("processor_", ""), value - (before.get(sample) ?? 0)] as const;
    });
  return Object.fromEntries(deltas.filter(([, by]) => by !== 0));
}

const calls: [method: string, args: unknown[], changed: Record<string, number>][] = [
  ["recordEventReceived", [], { events_received: 1 }],
  ["recordEventReceived", [5], { events_received: 5 }],
  ["recordEventProcessed", ["success"], { 'events_processed{result="success"}': 1 }],
  ["recordEventProcessed", ["error", 0.5], {
    'events_processed{result="error"}': 1,
    'event_processing_duration_seconds_count{result="error"}': 1,
    'event_processing_duration_seconds_sum{result="error"}': 0.5,
  }],
  ["observeEventProcessingDuration", ["dropped", 0.25], {
    'event_processing_duration_seconds_count{result="dropped"}': 1,
    'event_processing_duration_seconds_sum{result="dropped"}': 0.25,
  }],
  ["setPipelineLag", [1.5], { pipeline_lag_seconds: 1.5 }],
  ["setBackpressureEvents", [7], { backpressure_events: 7 }],
  ["recordWindowCreated", ["tumbling"], { 'windows_created{window_type="tumbling"}': 1 }],
  ["recordWindowTriggered", ["sliding"], { 'windows_triggered{window_type="sliding"}': 1 }],
  ["recordWindowTriggered", ["session", 12], {
    'windows_triggered{window_type="session"}': 1,
    'window_size_events_count{window_type="session"}': 1,
    'window_size_events_sum{window_type="session"}': 12,
  }],
  ["observeWindowSize", ["session", 3], {
    'window_size_events_count{window_type="session"}': 1,
    'window_size_events_sum{window_type="session"}': 3,
  }],
  ["setActiveWindows", ["sliding", 4], { 'windows_active{window_type="sliding"}': 4 }],
  ["recordLateEvent", [], { late_events: 1 }],
  ["recordLateEvent", [2], { late_events: 2 }],
  ["recordAggregation", ["sum"], { 'aggregations_computed{aggregate_type="sum"}': 1 }],
  ["recordAggregation", ["avg", 2], {
    'aggregations_computed{aggregate_type="avg"}': 1,
    'aggregation_duration_seconds_count{aggregate_type="avg"}': 1,
    'aggregation_duration_seconds_sum{aggregate_type="avg"}': 2,
  }],
  ["observeAggregationDuration", ["max", 0.5], {
    'aggregation_duration_seconds_count{aggregate_type="max"}': 1,
    'aggregation_duration_seconds_sum{aggregate_type="max"}': 0.5,
  }],
  ["recordAggregationError", ["sum"], { 'aggregation_errors{aggregate_type="sum"}': 1 }],
  ["recordStateOperation", ["get", "redis"], {
    'state_operations{operation="get",backend="redis"}': 1,
  }],
  ["recordStateOperation", ["batch_put", "in_memory", 0.25], {
    'state_operations{operation="batch_put",backend="in_memory"}': 1,
    'state_operation_duration_seconds_count{operation="batch_put",backend="in_memory"}': 1,
    'state_operation_duration_seconds_sum{operation="batch_put",backend="in_memory"}': 0.25,
  }],
  ["observeStateOperationDuration", ["scan", "sled", 1], {
    'state_operation_duration_seconds_count{operation="scan",backend="sled"}': 1,
    'state_operation_duration_seconds_sum{operation="scan",backend="sled"}': 1,
  }],
  ["recordCacheHit", ["l1"], { 'state_cache_hits{layer="l1"}': 1 }],
  ["recordCacheMiss", ["l3"], { 'state_cache_misses{layer="l3"}': 1 }],
  ["setStateSize", ["postgres", 4096], { 'state_size_bytes{backend="postgres"}': 4096 }],
  ["recordStateEviction", ["sled"], { 'state_evictions{backend="sled"}': 1 }],
  ["recordStateEviction", ["sled", 3], { 'state_evictions{backend="sled"}': 3 }],
  ["recordDedupCheck", [false], { dedup_events_checked: 1 }],
  ["recordDedupCheck", [true], { dedup_events_checked: 1, dedup_duplicates_found: 1 }],
  ["setDedupCacheSize", [100], { dedup_cache_size: 100 }],
  ["recordDedupCacheEviction", [], { dedup_cache_evictions: 1 }],
  ["recordDedupCacheEviction", [6], { dedup_cache_evictions: 6 }],
  ["recordNormalizedEvent", [], { normalization_events: 1 }],
  ["recordNormalizedEvent", [2], { normalization_events: 2 }],
  ["recordFillOperation", ["linear"], {
    'normalization_fill_operations{strategy="linear"}': 1,
  }],
  ["recordFillOperation", ["zero", 4], {
    'normalization_fill_operations{strategy="zero"}': 4,
  }],
  ["recordGapsFilled", [], { normalization_gaps_filled: 1 }],
  ["recordGapsFilled", [9], { normalization_gaps_filled: 9 }],
  ["recordOutliersDetected", [], { normalization_outliers_detected: 1 }],
  ["recordOutliersDetected", [2], { normalization_outliers_detected: 2 }],
  ["setWatermarkLag", [0.75], { watermark_lag_seconds: 0.75 }],
  ["recordWatermarkUpdate", [], { watermark_updates: 1 }],
  ["recordOutOfOrderEvent", [], { out_of_order_events: 1 }],
  ["recordKafkaMessageConsumed", ["logs", 0], {
    'kafka_messages_consumed{topic="logs",partition="0"}': 1,
  }],
  ["recordKafkaMessageConsumed", ["logs", "0", 3], {
    'kafka_messages_consumed{topic="logs",partition="0"}': 3,
  }],
  ["recordKafkaMessageProduced", ["logs", 1, 2], {
    'kafka_messages_produced{topic="logs",partition="1"}': 2,
  }],
  ["setKafkaConsumerLag", ["logs", 2, 50], {
    'kafka_consumer_lag{topic="logs",partition="2"}': 50,
  }],
  ["recordKafkaOffsetCommitError", ["logs", 3], {
    'kafka_offset_commit_errors{topic="logs",partition="3"}': 1,
  }],
  ["recordPipelineError", ["timeout"], { 'pipeline_errors{error_type="timeout"}': 1 }],
  ["setActiveOperators", [8], { pipeline_operators_active: 8 }],
  ["observeOperatorDuration", ["map", 0.5], {
    'operator_duration_seconds_count{operator="map"}': 1,
    'operator_duration_seconds_sum{operator="map"}': 0.5,
  }],
];

for (const [method, args, changed] of calls) {
  test(`ProcessorMetrics: ${method}(${args.join(", ")}) moves what it says and nothing else`, async () => {
    const call = (metrics: ProcessorMetrics) =>
      (metrics as unknown as Record<string, (...args: unknown[]) => void>)[method](...args);
    assertEquals(await changes(call), changed);
    // What is set stays where it is, what is recorded adds up.
    const times = method.startsWith("set") ? 1 : 2;
    const doubled = Object.entries(changed).map(([sample, by]) => [sample, by * times]);
    assertEquals(await changes(call, call), Object.fromEntries(doubled));
  });
}

test("ProcessorMetrics: the calls in this file change each of the 37 families", () => {
  const moved = calls.flatMap(([, , changed]) => Object.keys(changed))
    .map((sample) => `processor_${sample.replace(/\{.*/, "")}`);
  for (const { name } of catalogue.metrics) {
    assert(moved.includes(name) || moved.includes(`${name}_count`), name);
  }
});

test("ProcessorMetrics: the calls in this file cover all methods", () => {
  const methods = Object.getOwnPropertyNames(ProcessorMetrics.prototype)
    .filter((name) => !["constructor", "snapshot"].includes(name));
  assertEquals(new Set(calls.map(([method]) => method)), new Set(methods));
});

test("ProcessorMetrics: a value outside a closed list is refused, naming family, value and list", () => {
  const metrics = fresh();
  assertThrowsWith(
    () => metrics.recordEventProcessed("sucess" as ResultLabel),
    InvalidLabelError,
    `processor_events_processed: label "result": "sucess" is not allowed`,
    "success, error, dropped, filtered",
  );
  assertEquals(metrics.snapshot().eventsProcessed, []);
});

test("ProcessorMetrics: a count that a counter cannot take is refused", () => {
  const metrics = fresh();
  const refused = () => metrics.recordEventReceived(-1);
  assertThrowsWith(refused, InvalidValueError, "processor_events_received: -1");
  assertEquals(metrics.eventsReceived.get(), 0);
});

test("ProcessorMetrics: two on one registry are one", () => {
  const registry = new MetricsRegistry();
  const [one, other] = [new ProcessorMetrics(registry), new ProcessorMetrics(registry)];
  one.recordEventReceived();
  other.recordEventReceived();
  assertStrictEquals(one.eventsReceived, other.eventsReceived);
  assertEquals(one.eventsReceived.get(), 2);
});

test("ProcessorMetrics: the global processor is one, and records into the global registry", async () => {
  const metrics = ProcessorMetrics.global();
  assertStrictEquals(ProcessorMetrics.global(), metrics);
  const before = metrics.eventsReceived.get();
  metrics.recordEventReceived();
  const samples = await samplesOf(MetricsRegistry.global());
  assert(samples.includes(`processor_events_received ${before + 1}`));
});
