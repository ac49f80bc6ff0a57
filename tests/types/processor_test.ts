import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  type BackendLabel,
  type CacheLayerLabel,
  type Counter,
  type CounterFamily,
  type Gauge,
  type HistogramFamily,
  type HistogramSeries,
  InvalidLabelError,
  type LabelValue,
  MetricsRegistry,
  type MetricsSnapshot,
  type OperationLabel,
  ProcessorMetrics,
  RegistrationError,
  ResultLabel,
  type StrategyLabel,
  type ValueSeries,
  type WindowTypeLabel,
} from "../../mod.ts";
import { same } from "../support/types.ts";

const metrics = new ProcessorMetrics(new MetricsRegistry());

test("ProcessorMetrics types: label values are unions", () => {
  same<ResultLabel, "success" | "error" | "dropped" | "filtered">(true);
  same<OperationLabel, "get" | "put" | "delete" | "scan" | "batch_get" | "batch_put">(true);
  same<BackendLabel, "in_memory" | "sled" | "redis" | "postgres">(true);
  same<CacheLayerLabel, "l1" | "l2" | "l3">(true);
  same<StrategyLabel, "forward" | "backward" | "linear" | "zero" | "drop">(true);
  same<WindowTypeLabel, "tumbling" | "sliding" | "session">(true);
  same<typeof ResultLabel.Success, "success">(true);
});

test("ProcessorMetrics types: fields have the type and the labels of their family", () => {
  same<typeof metrics.eventsReceived, Counter>(true);
  same<typeof metrics.pipelineLagSeconds, Gauge>(true);
  same<typeof metrics.eventsProcessed, CounterFamily<{ readonly result: ResultLabel }>>(true);
  same<
    typeof metrics.stateOperationDurationSeconds,
    HistogramFamily<{ readonly operation: OperationLabel; readonly backend: BackendLabel }>
  >(true);
  same<
    typeof metrics.kafkaMessagesConsumed,
    CounterFamily<{ readonly topic: LabelValue; readonly partition: LabelValue }>
  >(true);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.eventsProcessed.inc({ result: "sucess" }), InvalidLabelError);
  // @ts-expect-error a label is missing
  assertThrows(() => metrics.stateOperations.inc({ operation: "get" }), InvalidLabelError);
});

test("ProcessorMetrics types: methods take the values of closed lists and no others", () => {
  metrics.recordEventProcessed("success");
  metrics.recordEventProcessed(ResultLabel.Dropped, 0.5);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.recordEventProcessed("sucess"), InvalidLabelError);
  // @ts-expect-error any text may not be on the list
  assertThrows(() => metrics.recordEventProcessed(String("other")), InvalidLabelError);
  // @ts-expect-error the result is missing
  assertThrows(() => metrics.recordEventProcessed(), InvalidLabelError);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.recordWindowCreated("hopping"), InvalidLabelError);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.recordCacheHit("l4"), InvalidLabelError);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.recordFillOperation("nearest"), InvalidLabelError);
  // @ts-expect-error the two are in the wrong order
  assertThrows(() => metrics.recordStateOperation("redis", "get"), InvalidLabelError);
  // @ts-expect-error a value is misspelt
  assertThrows(() => metrics.setStateSize("mongo", 1), InvalidLabelError);
});

test("ProcessorMetrics types: options are checked by name and type", () => {
  const make = (prefix: string) => new ProcessorMetrics(new MetricsRegistry(), { prefix });
  assertEquals(make("app_").eventsReceived.get(), 0);
  const registry = new MetricsRegistry();
  // @ts-expect-error an option is misspelt
  assertThrows(() => new ProcessorMetrics(registry, { prefx: "a_" }), RegistrationError);
  // @ts-expect-error a number is no prefix
  assertThrows(() => new ProcessorMetrics(registry, { prefix: 5 }), RegistrationError);
  const buckets = { duration: [1] };
  // @ts-expect-error there are no buckets of that name
  assertThrows(() => new ProcessorMetrics(registry, { buckets }), RegistrationError);
});

test("ProcessorMetrics types: a snapshot has a list of series for every field", () => {
  same<MetricsSnapshot["eventsReceived"], readonly ValueSeries[]>(true);
  same<MetricsSnapshot["windowsActive"], readonly ValueSeries[]>(true);
  same<MetricsSnapshot["windowSizeEvents"], readonly HistogramSeries[]>(true);
  same<MetricsSnapshot["operatorDurationSeconds"], readonly HistogramSeries[]>(true);
  const snapshot = metrics.snapshot();
  // @ts-expect-error there is no such field
  assertEquals(snapshot.eventReceived, undefined);
});
