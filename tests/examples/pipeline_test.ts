import { assert, assertEquals, assertRejects } from "@std/assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { type FlightFile, loadFlights } from "../../examples/stream_processor/flight_file.ts";
import { readFlight } from "../../examples/stream_processor/flights.ts";
import { createInitialSeries } from "../../examples/stream_processor/initial_series.ts";
import { Pipeline } from "../../examples/stream_processor/pipeline.ts";
import { Replay } from "../../examples/stream_processor/replay.ts";
import { runPipeline } from "../../examples/stream_processor/runner.ts";
import { HOUR } from "../../examples/stream_processor/time.ts";
import { MetricsRegistry, type MetricsSnapshot, ProcessorMetrics } from "../../mod.ts";
import { root } from "../support/root.ts";

const file = loadFlights(join(root, "examples/data/flights_2001q1.csv"));
const whole = run(file, 500);

/** The last fourth of the file, for what is compared with another pass. */
const weeks = { ...file, reports: file.reports.slice(-5_000) };
const part = run(weeks, 500);

test("the pipeline has all 37 families on the first page", async () => {
  const { metrics }: { metrics: { name: string }[] } = JSON.parse(
    readFileSync(join(root, "tests/cases/catalogue.json"), "utf8"),
  );
  const registry = new MetricsRegistry();
  createInitialSeries(new ProcessorMetrics(registry));
  const page = await registry.text();
  const shown = metrics.filter(({ name }) => new RegExp(`^${name}(_count)?[ {]`, "m").test(page));
  assertEquals(shown.map(({ name }) => name), metrics.map(({ name }) => name));
  assertEquals(shown.length, 37);
});

test("a pass creates no series that was not there at the beginning", () => {
  const registry = new MetricsRegistry();
  const metrics = new ProcessorMetrics(registry);
  createInitialSeries(metrics);
  assertEquals(seriesOf(whole), seriesOf(metrics.snapshot()));
});

test("the pipeline moves every family but the errors of commits", () => {
  const gaugesBackAtZero = [
    "pipelineLagSeconds",
    "backpressureEvents",
    "windowsActive",
    "watermarkLagSeconds",
    "kafkaConsumerLag",
    "pipelineOperatorsActive",
  ];
  const still = Object.entries(whole)
    .filter(([, series]) => series.every((it) => ("count" in it ? it.count : it.value) === 0))
    .map(([name]) => name);
  assertEquals(still.sort(), [...gaugesBackAtZero, "kafkaOffsetCommitErrors"].sort());
});

test("a flight ends in exactly one way", () => {
  assertEquals(total(whole.eventsReceived), 20_000);
  assertEquals(total(whole.eventsProcessed), 20_000);
  assertEquals(counts(whole.eventProcessingDurationSeconds), 20_000);
  assertEquals(valueOf(whole.eventsProcessed, "error"), total(whole.pipelineErrors));
  assertEquals(valueOf(whole.eventsProcessed, "error"), 3);
  // Two were reported twice; nineteen came when the last of their windows had closed.
  assertEquals(valueOf(whole.eventsProcessed, "dropped"), 2 + 19);
});

test("deduplication checks all flights that are valid and within the states", () => {
  const checked = 20_000 - valueOf(whole.eventsProcessed, "error") -
    valueOf(whole.eventsProcessed, "filtered");
  assertEquals(total(whole.dedupEventsChecked), checked);
  assertEquals(total(whole.dedupDuplicatesFound), 2);
  const remembered = total(whole.dedupCacheSize) + total(whole.dedupCacheEvictions);
  assertEquals(remembered, checked - 2);
});

test("windows and late events follow from the data", () => {
  const expected = expectWindows(file);
  assertEquals(total(whole.lateEvents), expected.late);
  assertEquals(total(whole.outOfOrderEvents), expected.outOfOrder);
  assertEquals(total(whole.watermarkUpdates), expected.watermarkUpdates + 1);
  for (const type of ["tumbling", "sliding"] as const) {
    assertEquals(valueOf(whole.windowsCreated, type), expected[type].windows);
    assertEquals(sizeOf(type).sum, expected[type].events);
  }
});

test("a window fires once, unless it is a session that was joined", () => {
  for (const type of ["tumbling", "sliding", "session"]) {
    assertEquals(valueOf(whole.windowsTriggered, type), sizeOf(type).count);
    assertEquals(valueOf(whole.windowsActive, type), 0);
  }
  for (const type of ["tumbling", "sliding"]) {
    assertEquals(valueOf(whole.windowsTriggered, type), valueOf(whole.windowsCreated, type));
  }
  const joined = valueOf(whole.windowsCreated, "session") -
    valueOf(whole.windowsTriggered, "session");
  assert(joined > 0 && joined < 1_000, `${joined} sessions joined`);
});

test("processed flights are those that a sliding window or a session took", () => {
  const processed = valueOf(whole.eventsProcessed, "success");
  assert(sizeOf("tumbling").sum <= processed);
  assert(sizeOf("session").sum <= processed);
  assert(sizeOf("sliding").sum <= 3 * processed);
  assert(sizeOf("sliding").sum > 2.9 * processed);
});

test("a window is aggregated in four ways and goes to the topic of results", () => {
  const windows = total(whole.windowsTriggered);
  assertEquals(valueOf(whole.aggregationsComputed, "count"), windows);
  assertEquals(valueOf(whole.aggregationsComputed, "sum"), windows);
  assertEquals(topicOf(whole.kafkaMessagesProduced, "window-results"), windows);

  // Five airports on ninety days, each with an average and a maximum of its disrupted hours.
  const days = topicOf(whole.kafkaMessagesProduced, "airport-days");
  assertEquals(days, 5 * 90);
  for (const type of ["avg", "max"]) {
    const errors = valueOf(whole.aggregationErrors, type);
    assertEquals(valueOf(whole.aggregationsComputed, type) + errors, windows + days);
    assert(errors > 0 && errors < days, `${errors} days without disruption`);
  }
});

test("the event log is consumed to its end", () => {
  assertEquals(topicOf(whole.kafkaMessagesProduced, "flights"), 20_000);
  assertEquals(topicOf(whole.kafkaMessagesConsumed, "flights"), 20_000);
  assertEquals(total(whole.kafkaConsumerLag), 0);
  assertEquals(total(whole.kafkaOffsetCommitErrors), 0);
});

test("the cache's layers pass on what they miss", () => {
  const layer = (name: string) => [
    valueOf(whole.stateCacheHits, name),
    valueOf(whole.stateCacheMisses, name),
  ];
  const [[, missedByL1], [hitInL2, missedByL2]] = [layer("l1"), layer("l2")];
  assertEquals(hitInL2 + missedByL2, missedByL1);
  assert(valueOf(whole.stateOperations, "get") <= missedByL2);
  for (const operation of ["get", "put", "delete", "scan", "batch_get", "batch_put"]) {
    assert(valueOf(whole.stateOperations, operation) > 0, operation);
  }
});

test("the series of the busiest airports have whole days", () => {
  const hours = 5 * 90 * 24;
  const filled = total(whole.normalizationGapsFilled);
  // The counts have all hours; of the delays those in long gaps stay open.
  const measured = total(whole.normalizationEvents);
  assert(filled >= hours - measured, `${filled} filled`);
  assert(filled <= 2 * (hours - measured), `${filled} filled`);
  const evicted = total(whole.stateEvictions);
  assert(evicted > 0 && evicted < measured, `${evicted} of ${measured} evicted`);
});

test("the pipeline's results do not depend on how the events are dealt out", () => {
  assertEquals(withoutTimes(run(weeks, 37)), withoutTimes(part));
});

test("a second pass is no repetition of the first", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const pipeline = new Pipeline(new Replay(weeks, true), () => 0, metrics);
  for (let done = 0; done < 10_000; done += 500) {
    pipeline.produce(500);
    pipeline.process(500);
  }
  pipeline.finish();
  const both = metrics.snapshot();
  assertEquals(total(both.eventsReceived), 10_000);
  assertEquals(total(part.dedupDuplicatesFound), 1);
  assertEquals(total(both.dedupDuplicatesFound), 2);
  assertEquals(
    valueOf(both.windowsCreated, "tumbling"),
    2 * valueOf(part.windowsCreated, "tumbling"),
  );
  const days = topicOf(part.kafkaMessagesProduced, "airport-days");
  assert(days > 5 * 20, `${days} days`);
  assertEquals(topicOf(both.kafkaMessagesProduced, "airport-days"), 2 * days);
});

test("the source waits for a processor that does not keep up", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  let now = 0;
  const pipeline = new Pipeline(new Replay(file, false), () => now, metrics);
  assertEquals(pipeline.produce(20_000), 5_000);
  assertEquals(pipeline.produce(1), 0);
  assertEquals(total(metrics.snapshot().kafkaConsumerLag), 5_000);

  now = 3_000;
  assertEquals(pipeline.process(100), 100);
  assertEquals(metrics.backpressureEvents.get(), 400);
  assertEquals(metrics.pipelineLagSeconds.get(), 3);
  assertEquals([pipeline.backlog, pipeline.lag, pipeline.processed], [4_900, 3, 100]);
  assertEquals(pipeline.produce(20_000), 100);
});

test("the pipeline ends by itself with the same results if run against the clock", async () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  createInitialSeries(metrics);
  const pipeline = new Pipeline(new Replay(weeks, false), () => 0, metrics);
  await runPipeline(pipeline, { rate: 1_000_000, signal: new AbortController().signal });
  assertEquals(withoutTimes(metrics.snapshot()), withoutTimes(part));
});

test("a signal stops the source, and events in progress are finished", async () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const pipeline = new Pipeline(new Replay(file, true), () => 0, metrics);
  assertEquals(metrics.pipelineOperatorsActive.get(), 11);
  pipeline.produce(1_000);
  await runPipeline(pipeline, { rate: 1, signal: AbortSignal.abort() });
  assertEquals(pipeline.processed, 1_000);
  assertEquals(total(metrics.snapshot().windowsActive), 0);
  assertEquals(metrics.pipelineOperatorsActive.get(), 0);
});

test("an operator that fails ends the run of the pipeline", async () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const pipeline = new Pipeline(new Replay(file, true), () => 0, metrics);
  pipeline.finish();
  const run = runPipeline(pipeline, { rate: 1_000, signal: new AbortController().signal });
  await assertRejects(() => run, Error, "is not running");
});

type Series = MetricsSnapshot[keyof MetricsSnapshot];
type Values = MetricsSnapshot["eventsProcessed"];

/** One pass over the file, moved in pieces of this size. */
function run(file: FlightFile, size: number): MetricsSnapshot {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  createInitialSeries(metrics);
  const pipeline = new Pipeline(new Replay(file, false), () => 0, metrics);
  while (!pipeline.isDrained) {
    pipeline.produce(size);
    pipeline.process(size);
  }
  pipeline.finish();
  return metrics.snapshot();
}

/**
 * Windows, late and disordered events counted once more in the plainest way: an event is late when
 * the latest departure is three hours after the end of its hour, and refused an hour later.
 */
function expectWindows({ reports }: FlightFile) {
  const hourly = new Map<string, number>();
  const trend = new Map<string, number>();
  const seen = new Set<string>();
  let latest = -Infinity;
  let [late, outOfOrder, watermarkUpdates] = [0, 0, 0];
  for (const { line } of reports) {
    const { flight } = readFlight(line);
    if (flight === undefined || /BQN|SJU|STT|STX/.test(line)) continue;
    const { departure, origin, destination } = flight;
    const key = `${departure} ${origin} ${destination}`;
    if (seen.has(key)) continue;
    seen.add(key);

    if (departure < latest) outOfOrder++;
    if (departure > latest) watermarkUpdates++;
    latest = Math.max(latest, departure);
    const hour = Math.floor(departure / HOUR);
    const closed = (end: number) => end * HOUR + 3 * HOUR <= latest;
    if (closed(hour + 1)) late++;
    if (!closed(hour + 2)) add(hourly, `${origin} ${hour}`);
    for (const start of [hour - 2, hour - 1, hour]) {
      if (!closed(start + 4)) add(trend, `${origin} ${start}`);
    }
  }
  const summary = (windows: Map<string, number>) => ({
    windows: windows.size,
    events: [...windows.values()].reduce((sum, events) => sum + events, 0),
  });
  return {
    late,
    outOfOrder,
    watermarkUpdates,
    tumbling: summary(hourly),
    sliding: summary(trend),
  };
}

function add(windows: Map<string, number>, key: string): void {
  windows.set(key, (windows.get(key) ?? 0) + 1);
}

function total(series: Values): number {
  return series.reduce((sum, { value }) => sum + value, 0);
}

/** The value of the series that has this value in one of its labels. */
function valueOf(series: Values, label: string): number {
  const found = series.find(({ labels }) => Object.values(labels).includes(label));
  assert(found, label);
  return found.value;
}

function topicOf(series: Values, topic: string): number {
  return total(series.filter(({ labels }) => labels.topic === topic));
}

function counts(series: MetricsSnapshot["windowSizeEvents"]): number {
  return series.reduce((sum, { count }) => sum + count, 0);
}

function sizeOf(windowType: string): { readonly count: number; readonly sum: number } {
  const found = whole.windowSizeEvents.find(({ labels }) => labels.window_type === windowType);
  assert(found, windowType);
  return found;
}

function seriesOf(snapshot: MetricsSnapshot): Readonly<Record<string, string[]>> {
  const labels = (series: Series) => series.map(({ labels }) => JSON.stringify(labels)).sort();
  return Object.fromEntries(
    Object.entries(snapshot).map(([name, series]) => [name, labels(series)]),
  );
}

/** All that follows from the data: values and counts, but no sums of measured seconds. */
function withoutTimes(snapshot: MetricsSnapshot): unknown {
  return Object.fromEntries(
    Object.entries(snapshot).map(([name, series]) => [
      name,
      series.map((it) => [it.labels, "count" in it ? it.count : it.value]),
    ]),
  );
}
