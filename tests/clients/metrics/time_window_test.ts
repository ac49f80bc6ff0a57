import { assert, assertEquals, assertThrows } from "@std/assert";
import { mock, test } from "node:test";
import { TimeWindow } from "../../../src/clients/metrics/time_window.ts";

/** Runs with a clock that only moves when it is told to. */
function withClock(action: (advance: (milliseconds: number) => void) => void): void {
  let now = 1_700_000_000_000;
  const clock = mock.method(Date, "now", () => now);
  try {
    action((milliseconds) => now += milliseconds);
  } finally {
    clock.mock.restore();
  }
}

function windowOf(options: { maxAgeSeconds?: number; ageBuckets?: number }, ...values: number[]) {
  const window = new TimeWindow(options);
  for (const value of values) window.push(value);
  return window;
}

test("a window without an age remembers all values", () =>
  withClock((advance) => {
    const window = windowOf({}, 1, 2, 3);
    advance(1e12);
    assertEquals(window.quantile(0.5), 2);
    assertEquals(window.isEmpty, false);
  }));

test("an age without steps, and steps without an age, are no end", () =>
  withClock((advance) => {
    const windows = [windowOf({ maxAgeSeconds: 1 }, 5), windowOf({ ageBuckets: 2 }, 5)];
    advance(1e9);
    assertEquals(windows.map((window) => window.quantile(0.5)), [5, 5]);
  }));

test("the steps of a window all have what was recorded before the first of them passed", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 3, ageBuckets: 3 }, 10);
    for (let step = 0; step < 2; step++) {
      advance(1001);
      assertEquals(window.quantile(0.5), 10);
    }
    advance(1000);
    assertEquals(window.isEmpty, true);
    assertEquals(window.quantile(0.5), 0);
  }));

test("a step passes once more time than its own is over", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 1, ageBuckets: 1 }, 10);
    advance(1000);
    assertEquals(window.quantile(0.5), 10);
    advance(1);
    assertEquals(window.quantile(0.5), 0);
  }));

test("values count as often as their digest is in the ring", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 3, ageBuckets: 3 }, 0);
    advance(1001);
    window.push(1);
    // 0 counts three times and 1 twice: rank 2 is 0.5 above the middle of the zeros, of 2.5 between.
    assertEquals(window.quantile(0.4), 0.5 / 2.5);
  }));

test("after all steps have passed, each has values of its own", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 2, ageBuckets: 2 }, 1);
    advance(3000);
    window.push(2);
    advance(1000);
    window.push(3);
    assertEquals(window.quantile(0), 2);
    advance(1000);
    assertEquals(window.quantile(0), 3);
    advance(1000);
    assertEquals(window.isEmpty, true);
  }));

test("a window that is read once is as one that is read at each step", () =>
  withClock((advance) => {
    const options = { maxAgeSeconds: 3, ageBuckets: 3 };
    for (let turns = 0; turns < 9; turns++) {
      const [often, once] = [windowOf(options, 1), windowOf(options, 1)];
      const both = [often, once];
      advance(1001);
      for (const window of both) window.push(2);
      for (let turn = 0; turn < turns; turn++) {
        advance(1000);
        assertEquals(often.isEmpty, turn > 1);
      }
      for (const window of both) window.push(3);
      // What the digests have that are read later.
      for (let later = 0; later < 4; later++) {
        for (const share of [0, 0.4, 0.8]) {
          assertEquals(once.quantile(share), often.quantile(share), `${turns}, ${later}`);
        }
        advance(1000);
      }
    }
  }));

test("steps that are not whole milliseconds add up with the client's rounding", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 0.7, ageBuckets: 3 }, 10);
    advance(700);
    // The third step is over by a rounding error of the second's end, of a 4096th of a millisecond.
    assertEquals([window.isEmpty, window.isEmpty], [false, true]);
  }));

test("a window that was left alone for a hundred days is read at once", () =>
  withClock((advance) => {
    const window = windowOf({ maxAgeSeconds: 1, ageBuckets: 5 }, 10);
    advance(100 * 86_400_000);
    const start = performance.now();
    assertEquals(window.isEmpty, true);
    assert(performance.now() - start < 500);
    window.push(4);
    assertEquals(window.quantile(0.5), 4);
  }));

test("a window that was reset has no values, and goes on", () => {
  const window = windowOf({ maxAgeSeconds: 100, ageBuckets: 3 }, 1, 2, 3);
  window.reset();
  assertEquals(window.isEmpty, true);
  window.push(7);
  assertEquals(window.quantile(0.5), 7);
});

test("a number of steps that no list can have is refused", () => {
  assertThrows(() => new TimeWindow({ maxAgeSeconds: 1, ageBuckets: 1.5 }), RangeError);
});
