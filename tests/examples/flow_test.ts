import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { BoundedQueue } from "../../examples/stream_processor/bounded_queue.ts";
import { Pacer } from "../../examples/stream_processor/pacer.ts";
import { Replay } from "../../examples/stream_processor/replay.ts";
import { TimerQueue } from "../../examples/stream_processor/timer_queue.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

test("a queue hands out what it took in order, and its depth is on the gauge", () => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const queue = new BoundedQueue<number>(3, metrics);
  const taken: (number | undefined)[] = [];
  for (let value = 0; value < 10; value += 2) {
    queue.add([value, value + 1]);
    assertEquals(metrics.backpressureEvents.get(), 2);
    taken.push(queue.take(), queue.take());
    assertEquals(metrics.backpressureEvents.get(), 0);
  }
  assertEquals(taken, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assertEquals(queue.take(), undefined);
});

test("a queue takes no more than it has room for", () => {
  const queue = new BoundedQueue<number>(3, new ProcessorMetrics(new MetricsRegistry()));
  queue.add([1, 2]);
  assertEquals(queue.room, 1);
  assertThrows(() => queue.add([3, 4]), RangeError, "1 free place");
  queue.add([3]);
  assertEquals([queue.room, queue.size], [0, 3]);
});

test("a pacer lets through the rate, however often it is asked", () => {
  let now = 0;
  const pacer = new Pacer(2_000, () => now);
  assertEquals(pacer.take(), 0);
  let total = 0;
  for (const step of [1, 0.3, 20, 7, 0.1, 971.6]) {
    now += step;
    total += pacer.take();
  }
  assertEquals([now, total], [1_000, 2_000]);
});

test("a pacer that was held up catches up on a second", () => {
  let now = 0;
  const pacer = new Pacer(10, () => now);
  pacer.take();
  now = 60_000;
  assertEquals(pacer.take(), 10);
});

test("a pacer hands out again what was given back", () => {
  let now = 0;
  const pacer = new Pacer(10, () => now);
  pacer.take();
  now = 500;
  assertEquals(pacer.take(), 5);
  pacer.giveBack(3);
  assertEquals(pacer.take(), 3);
});

test("a pacer slower than one event a second lets one through in its time", () => {
  let now = 0;
  const pacer = new Pacer(0.5, () => now);
  pacer.take();
  now = 1_999;
  assertEquals(pacer.take(), 0);
  now = 2_000;
  assertEquals(pacer.take(), 1);
});

test("timers come out by time, those of the same time as they went in", () => {
  const timers = new TimerQueue<string>();
  const times = { f: 5, a: 1, b: 1, c: 1, d: 1, e: 4, g: 9 };
  for (const [name, time] of Object.entries(times)) timers.add(time, name);
  const due: string[] = [];
  let name: string | undefined;
  while ((name = timers.takeDue(5)) !== undefined) due.push(name);
  assertEquals(due, ["a", "b", "c", "d", "e", "f"]);
  assertEquals(timers.size, 1);
});

const file = {
  period: 1_000,
  reports: [{ line: "x,0,0,ORD,LAX", arrival: 1 }, { line: "broken", arrival: 2 }],
};

test("a replay hands out every report once", () => {
  const replay = new Replay(file, false);
  assertEquals(replay.next(), { origin: "ORD", line: "x,0,0,ORD,LAX", arrival: 1, shift: 0 });
  assertEquals(replay.isFinished, false);
  assertEquals(replay.next(), { origin: "", line: "broken", arrival: 2, shift: 0 });
  assertEquals(replay.isFinished, true);
  assertEquals(replay.next(), undefined);
  assertEquals(replay.position, { pass: 1, reports: 2, total: 2 });
});

test("in a loop each pass is later by the period", () => {
  const replay = new Replay(file, true);
  const messages = Array.from({ length: 5 }, () => replay.next());
  assertEquals(messages.map((message) => message?.arrival), [1, 2, 1_001, 1_002, 2_001]);
  assertEquals(messages.map((message) => message?.shift), [0, 0, 1_000, 1_000, 2_000]);
  assertEquals(replay.position, { pass: 3, reports: 1, total: 2 });
});
