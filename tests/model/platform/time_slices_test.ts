import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  inTimeSlices,
  nextTurn,
  withinTimeSlice,
} from "../../../src/model/platform/time_slices.ts";
import { withClock } from "../../support/clock.ts";
import { within } from "../../support/deferred.ts";
import { withoutTimers } from "../../support/fake_timers.ts";
import { busyFor, laps } from "../../support/laps.ts";

/** Steps of some milliseconds each. */
function* stepsOf(count: number, milliseconds: number): Generator<void, string, void> {
  for (let step = 0; step < count; step++) {
    busyFor(milliseconds);
    yield;
  }
  return "done";
}

test("inTimeSlices: other work runs every 5 ms", async () => {
  const { result, turns } = await laps(() => inTimeSlices(stepsOf(100, 1)));
  assertEquals(result, "done");
  assert(turns >= 5, `${turns} turns`);
});

test("inTimeSlices: short work is done without a turn", async () => {
  // A busy machine may take its time for it.
  await withClock(async () => {
    const { result, turns } = await laps(() => inTimeSlices(stepsOf(100, 0)));
    assertEquals([result, turns], ["done", 0]);
  });
});

test("inTimeSlices: each turn begins a slice of its own", async () => {
  const { turns } = await laps(() => inTimeSlices(stepsOf(200, 0.5)));
  // 100 ms of work, in slices of 5 ms; a busy machine makes fewer of them.
  assert(turns > 2 && turns < 60, `${turns} turns`);
});

test("inTimeSlices: what a step throws is thrown", async () => {
  const failing = inTimeSlices({
    next() {
      throw new Error("no step");
    },
  });
  assertEquals(await failing.catch(({ message }) => message), "no step");
});

test("inTimeSlices: a system clock that is set back and forth changes nothing", async () => {
  const own = Date.now;
  let hours = 0;
  Date.now = () => own() + (hours++ % 2 === 0 ? -1 : 1) * 3_600_000 * hours;
  try {
    const long = await laps(() => inTimeSlices(stepsOf(50, 1)));
    assert(long.turns >= 3, `${long.turns} turns`);
    await withClock(async () => {
      assertEquals((await laps(() => inTimeSlices(stepsOf(50, 0)))).turns, 0);
    });
  } finally {
    Date.now = own;
  }
});

test("inTimeSlices: long work ends if a test fakes timers", async () => {
  const { result } = await withoutTimers(() => laps(() => inTimeSlices(stepsOf(5, 6))));
  assertEquals(result, "done");
});

test("inTimeSlices: long work ends if a test stops the clock", async () => {
  await withClock(async () => {
    assertEquals(await within(2, inTimeSlices(stepsOf(5, 6))), "done");
  });
});

test("withinTimeSlice: short work ends at once, long work can go on", async () => {
  await withClock(() => assertEquals(withinTimeSlice(stepsOf(100, 0)), "done"));
  const long = stepsOf(20, 1);
  assertEquals(withinTimeSlice(long), undefined);
  assertEquals(await inTimeSlices(long), "done");
});

test("nextTurn: a timer that a test faked is not left behind", async () => {
  let waiting = 0;
  await withoutTimers(nextTurn, {
    set: () => ++waiting,
    clear: () => --waiting,
  });
  assertEquals(waiting, 0);
});
