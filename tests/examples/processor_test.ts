import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { StreamProcessor } from "../../examples/stream_processor/processor.ts";
import type { FlightMessage } from "../../examples/stream_processor/replay.ts";
import type { AirportDay, WindowResult } from "../../examples/stream_processor/results.ts";
import { HOUR } from "../../examples/stream_processor/time.ts";
import { MetricsRegistry, ProcessorMetrics, type ResultLabel } from "../../mod.ts";

const MIDNIGHT = Date.UTC(2001, 0, 1);

const setUp = (onWindow?: () => void) => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const windows: WindowResult[] = [];
  const days: AirportDay[] = [];
  const processor = new StreamProcessor({
    window: (result) => {
      onWindow?.();
      windows.push(result);
    },
    day: (day) => days.push(day),
  }, metrics);
  processor.open();
  const results = () =>
    (["success", "error", "dropped", "filtered"] satisfies ResultLabel[])
      .map((result) => metrics.eventsProcessed.labels({ result }).get());
  return { metrics, processor, windows, days, results };
};

const report = (line: string, shift = 0): FlightMessage => ({
  origin: "",
  line,
  arrival: MIDNIGHT + 20 * HOUR + shift,
  shift,
});

test("a flight ends in success, in error, dropped or filtered", () => {
  const { processor, metrics, results } = setUp();
  for (
    const line of [
      "2001-01-01 10:00,5,800,ORD,LAX",
      "2001-01-01 10:00,7,800,ORD,LAX",
      "2001-01-01 10:00,5,800,SJU,LAX",
      "2001-01-01 10:00,5,800,LAX,STT",
      "2001-01-01 10:00,5,800,ORD",
      "2001-01-01 10:00,5,800,ORD,ORD",
      "2001-01-01 19:00,5,800,ORD,LAX",
      // All windows of five o'clock have closed when the watermark is at four in the afternoon.
      "2001-01-01 05:00,5,800,DFW,LAX",
    ]
  ) {
    processor.process(report(line));
  }
  assertEquals(results(), [2, 2, 2, 2]);
  assertEquals(metrics.eventsReceived.get(), 8);
  assertEquals(metrics.dedupDuplicatesFound.get(), 1);
  assertEquals(metrics.lateEvents.get(), 1);
  assertEquals(metrics.watermarkLagSeconds.get(), 4 * 3_600);
  for (const error_type of ["malformed_line", "invalid_flight"]) {
    assertEquals(metrics.pipelineErrors.labels({ error_type }).get(), 1);
  }
});

test("windows: results follow from their flights", () => {
  const { processor, windows, days } = setUp();
  processor.process(report("2001-01-01 10:00,-5,800,MSP,LAX"));
  processor.process(report("2001-01-01 10:30,20,800,MSP,LAX"));
  processor.finish();
  const tumbling = windows.filter(({ windowType }) => windowType === "tumbling");
  assertEquals(tumbling as unknown[], [{
    windowType: "tumbling",
    origin: "MSP",
    start: MIDNIGHT + 10 * HOUR,
    end: MIDNIGHT + 11 * HOUR,
    flights: 2,
    totalDelay: 15,
    averageDelay: 7.5,
    longestDelay: 20,
    usualDelay: 7.5,
  }]);
  const rest = windows.filter(({ windowType }) => windowType !== "tumbling");
  assertEquals(rest.map(({ windowType, flights }) => [windowType, flights]), [
    ["sliding", 2],
    ["sliding", 2],
    ["sliding", 2],
    ["session", 2],
  ]);
  assertEquals(days, []);
});

test("windows: an hour is compared with all earlier hours of its airport", () => {
  const { processor, windows } = setUp();
  processor.process(report("2001-01-01 10:00,10,800,ORD,LAX"));
  processor.process(report("2001-01-01 10:10,20,800,ORD,LAX"));
  processor.process(report("2001-01-01 11:00,-30,800,ORD,LAX"));
  processor.process(report("2001-01-01 11:00,90,800,DFW,LAX"));
  processor.finish();
  const usual = windows.flatMap((it) => "usualDelay" in it ? [[it.origin, it.usualDelay]] : []);
  assertEquals(usual, [["ORD", 15], ["ORD", 0], ["DFW", 90]]);
});

test("replay: the shift of a pass moves the flight in time", () => {
  const { processor, windows, results } = setUp();
  const line = "2001-01-01 10:00,10,800,ORD,LAX";
  processor.process(report(line));
  processor.process(report(line, 7 * 24 * HOUR));
  processor.finish();
  assertEquals(results(), [2, 0, 0, 0]);
  const starts = windows.filter(({ windowType }) => windowType === "tumbling")
    .map(({ start }) => start - MIDNIGHT);
  assertEquals(starts, [10 * HOUR, (7 * 24 + 10) * HOUR]);
});

test("an operator that throws ends its event in error and the pipeline", () => {
  const { processor, metrics, results } = setUp(() => {
    throw new Error("the sink is full");
  });
  processor.process(report("2001-01-01 10:00,10,800,ORD,LAX"));
  assertEquals(metrics.pipelineOperatorsActive.get(), 11);
  const next = report("2001-01-02 10:00,10,800,ORD,LAX");
  assertThrows(() => processor.process(next), Error, "the sink is full");
  assertEquals(results(), [1, 1, 0, 0]);
  assertEquals(metrics.pipelineErrors.labels({ error_type: "operator_failure" }).get(), 1);
  assertEquals(metrics.pipelineOperatorsActive.get(), 0);
  assertThrows(() => processor.process(next), Error, "is not running");
});
