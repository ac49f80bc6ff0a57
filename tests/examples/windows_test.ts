import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { AlignedWindows } from "../../examples/stream_processor/aligned_windows.ts";
import type { Flight } from "../../examples/stream_processor/flights.ts";
import { LayeredState } from "../../examples/stream_processor/layered_state.ts";
import { SessionWindows } from "../../examples/stream_processor/session_windows.ts";
import { InMemoryBackend } from "../../examples/stream_processor/state_backend.ts";
import type { Alignment, Windows } from "../../examples/stream_processor/windows.ts";
import { windowStarts } from "../../examples/stream_processor/windows.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

const TUMBLING: Alignment = { windowType: "tumbling", size: 10, slide: 10 };
const SLIDING: Alignment = { windowType: "sliding", size: 30, slide: 10 };
const LATENESS = 5;
const GAP = 10;

const setUp = (create: (state: LayeredState, metrics: ProcessorMetrics) => Windows) => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const backend = new InMemoryBackend(metrics);
  // The layers hold two entries, so that the backend has a part in every test.
  const windows = create(new LayeredState(backend, { l1: 1, l2: 2 }, metrics), metrics);
  const labels = { window_type: windows.windowType };
  const counts = () => ({
    created: metrics.windowsCreated.labels(labels).get(),
    triggered: metrics.windowsTriggered.labels(labels).get(),
    active: metrics.windowsActive.labels(labels).get(),
  });
  const sizes = () => metrics.windowSizeEvents.labels(labels).get();
  const fire = (watermark: number) =>
    windows.fire(watermark).map(({ origin, start, end, delays }) => [origin, start, end, delays]);
  return { windows, backend, counts, sizes, fire };
};

const aligned = (alignment: Alignment) =>
  setUp((state, metrics) => new AlignedWindows(alignment, LATENESS, state, metrics));
const sessions = () => setUp((state, metrics) => new SessionWindows(GAP, LATENESS, state, metrics));

const flight = (departure: number, delay = 0, origin = "ORD"): Flight => ({
  departure,
  delay,
  distance: 100,
  origin,
  destination: "XXX",
});

test("a tumbling window begins with its first time and ends before its end, one for each time", () => {
  assertEquals(windowStarts(TUMBLING, 0), [0]);
  assertEquals(windowStarts(TUMBLING, 9), [0]);
  assertEquals(windowStarts(TUMBLING, 10), [10]);
  assertEquals(windowStarts(TUMBLING, -1), [-10]);
});

test("sliding windows: a time is in as many as the slide goes into the size", () => {
  assertEquals(windowStarts(SLIDING, 25), [0, 10, 20]);
  assertEquals(windowStarts(SLIDING, 30), [10, 20, 30]);
});

test("a tumbling window gathers the flights of one airport", () => {
  const { windows, counts, sizes, fire, backend } = aligned(TUMBLING);
  for (const [time, delay, origin] of [[1, 5, "ORD"], [9, 6, "ORD"], [3, 7, "DFW"]] as const) {
    assertEquals(windows.add(flight(time, delay, origin), 0), { accepted: 1, late: false });
  }
  assertEquals(counts(), { created: 2, triggered: 0, active: 2 });
  assertEquals(fire(14), []);
  assertEquals(fire(15), [["ORD", 0, 10, [5, 6]], ["DFW", 0, 10, [7]]]);
  assertEquals(counts(), { created: 2, triggered: 2, active: 0 });
  assertEquals([sizes().count, sizes().sum], [2, 3]);
  assertEquals([fire(1_000), backend.bytes], [[], 0]);
});

test("a tumbling window: an event is late from its end on, and refused when lateness is over", () => {
  const { windows, counts } = aligned(TUMBLING);
  assertEquals(windows.add(flight(9), 9), { accepted: 1, late: false });
  assertEquals(windows.add(flight(9), 10), { accepted: 1, late: true });
  assertEquals(windows.add(flight(9), 14), { accepted: 1, late: true });
  assertEquals(windows.add(flight(9), 15), { accepted: 0, late: true });
  assertEquals(counts().created, 1);
});

test("sliding windows: an event enters those that are still open", () => {
  const { windows, counts, fire } = aligned(SLIDING);
  assertEquals(windows.add(flight(25, 1), 0), { accepted: 3, late: false });
  assertEquals(fire(35), [["ORD", 0, 30, [1]]]);
  assertEquals(windows.add(flight(25, 2), 35), { accepted: 2, late: true });
  assertEquals(fire(Infinity), [["ORD", 10, 40, [1, 2]], ["ORD", 20, 50, [1, 2]]]);
  assertEquals(counts(), { created: 3, triggered: 3, active: 0 });
});

test("a session lasts as long as the next event comes within the gap", () => {
  const { windows, counts, fire } = sessions();
  for (const time of [0, 9, 18, 28]) windows.add(flight(time, time), -100);
  // From 18 to 28 is the whole gap: the session that began at 0 has ended.
  assertEquals(counts(), { created: 2, triggered: 0, active: 2 });
  assertEquals(fire(32), []);
  assertEquals(fire(33), [["ORD", 0, 28, [0, 9, 18]]]);
  assertEquals(fire(Infinity), [["ORD", 28, 38, [28]]]);
});

test("sessions of different airports do not touch", () => {
  const { windows, counts } = sessions();
  windows.add(flight(0, 0, "ORD"), -100);
  windows.add(flight(1, 0, "DFW"), -100);
  assertEquals(counts().active, 2);
});

test("a session: an event between two joins them into one", () => {
  const { windows, counts, sizes, fire, backend } = sessions();
  windows.add(flight(0, 1), -100);
  windows.add(flight(15, 2), -100);
  assertEquals(counts(), { created: 2, triggered: 0, active: 2 });
  assertEquals(windows.add(flight(8, 3), -100), { accepted: 1, late: false });
  assertEquals(counts(), { created: 2, triggered: 0, active: 1 });
  assertEquals(fire(29), []);
  assertEquals(fire(30), [["ORD", 0, 25, [1, 2, 3]]]);
  assertEquals(counts(), { created: 2, triggered: 1, active: 0 });
  assertEquals([sizes().count, sizes().sum, backend.bytes], [1, 3, 0]);
  assertEquals(fire(Infinity), []);
});

test("a session: an event joins three neighbours only if it reaches them", () => {
  const { windows, counts, fire } = sessions();
  for (const time of [0, 20, 40]) windows.add(flight(time, time), -100);
  windows.add(flight(11, 11), -100);
  assertEquals(counts(), { created: 3, triggered: 0, active: 3 });
  assertEquals(fire(Infinity), [
    ["ORD", 0, 10, [0]],
    ["ORD", 11, 30, [20, 11]],
    ["ORD", 40, 50, [40]],
  ]);
});

test("a session: an event before it moves its beginning", () => {
  const { windows, counts, fire } = sessions();
  windows.add(flight(10, 1), -100);
  windows.add(flight(5, 2), -100);
  assertEquals(counts(), { created: 1, triggered: 0, active: 1 });
  assertEquals(fire(24), []);
  assertEquals(fire(25), [["ORD", 5, 20, [1, 2]]]);
});

test("a session: an event the whole gap before it begins another", () => {
  const { windows, counts } = sessions();
  windows.add(flight(20), -100);
  windows.add(flight(10), -100);
  assertEquals(counts(), { created: 2, triggered: 0, active: 2 });
  windows.add(flight(11), -100);
  assertEquals(counts(), { created: 2, triggered: 0, active: 1 });
});

test("a session is late from its end on; one that reaches a session still open is taken", () => {
  const { windows } = sessions();
  assertEquals(windows.add(flight(0), 9), { accepted: 1, late: false });
  assertEquals(windows.add(flight(0), 10), { accepted: 1, late: true });
  assertEquals(windows.add(flight(-8), 14), { accepted: 1, late: true });
  const alone = sessions();
  assertEquals(alone.windows.add(flight(-8), 7), { accepted: 0, late: true });
  assertEquals(alone.counts(), { created: 0, triggered: 0, active: 0 });
});
