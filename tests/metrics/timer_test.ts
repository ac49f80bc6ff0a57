import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { startTimer } from "../../src/metrics/timer.ts";
import { withClock } from "../support/clock.ts";
import { withWallClock } from "../support/wall_clock.ts";

test("startTimer(): a timer records and returns the seconds since its start", () =>
  withClock((clock) => {
    const recorded: number[] = [];
    const end = startTimer((seconds) => recorded.push(seconds));
    assertEquals(recorded, []);
    clock.advance(0.125);
    assertEquals(end(), 0.125);
    clock.advance(60);
    assertEquals(end(), 60.125);
    assertEquals(recorded, [0.125, 60.125]);
  }));

test("startTimer(): a clock that goes back gives 0, and the end may take parameters", () =>
  withClock((clock) => {
    const recorded: unknown[] = [];
    const end = startTimer((seconds, ...labels: string[]) => recorded.push([seconds, ...labels]));
    clock.advance(-0.5);
    assertEquals(end("a", "b"), 0);
    clock.advance(0.5);
    assertEquals(end(), 0);
    clock.advance(0.25);
    assertEquals(end("c"), 0.25);
    assertEquals(recorded, [[0, "a", "b"], [0], [0.25, "c"]]);
  }));

test("startTimer(): a timer that began while workerd's clock stood at 0 records no time", () =>
  withClock((clock) => {
    clock.advance(-1);
    const end = startTimer(() => {});
    clock.advance(1_700_000_000);
    assertEquals(end(), 0);
  }));

test("startTimer(): somebody who sets the time of day changes no time", () =>
  withWallClock((day) =>
    withClock((clock) => {
      const end = startTimer(() => {});
      day.advance(-3600);
      clock.advance(2);
      assertEquals(end(), 2);
    })
  ));

test("startTimer(): timers are independent", () =>
  withClock((clock) => {
    const first = startTimer(() => {});
    clock.advance(1);
    const second = startTimer(() => {});
    clock.advance(2);
    assertEquals([first(), second()], [3, 2]);
  }));

test("startTimer(): a runtime without performance.now() is timed by Date.now()", () => {
  const { performance } = globalThis;
  Object.defineProperty(globalThis, "performance", { value: undefined, configurable: true });
  try {
    const before = Date.now();
    const seconds = startTimer(() => {})();
    assert(seconds >= 0 && seconds <= (Date.now() - before) / 1000);
  } finally {
    Object.defineProperty(globalThis, "performance", { value: performance, configurable: true });
  }
});
