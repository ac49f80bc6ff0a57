import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { MetricsRegistry } from "../../../mod.ts";
import type { Outcome } from "../../../src/metrics/calls/follower.ts";
import { measureCall } from "../../../src/metrics/calls/measure_call.ts";
import { type Clock, withClock } from "../../support/clock.ts";
import { assertRejectsWith, assertThrowsWith } from "../../support/rejects.ts";

const done: Outcome = { failed: false };
const named = (name: string) => ({ name, help: "Help." });

/** Measures a call, and notes the outcome. */
function measured<Result>(call: () => Result): { given: Result; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const given = measureCall("jobs", call, { end: (outcome) => void outcomes.push(outcome) });
  return { given, outcomes };
}

function* numbers(clock?: Clock): Generator<number, string, string | undefined> {
  for (let number = 1; number <= 3; number++) {
    clock?.advance(1);
    yield number;
  }
  return "end";
}

async function* later(clock?: Clock): AsyncGenerator<number, string, string | undefined> {
  for (let number = 1; number <= 3; number++) {
    await null;
    clock?.advance(1);
    yield number;
  }
  return "end";
}

test("generator: it is measured to its end, with what happens between its steps", () =>
  withClock(async (clock) => {
    const histogram = new MetricsRegistry().histogram(named("h"));
    const summary = new MetricsRegistry().summary(named("s"));
    const gauge = new MetricsRegistry().gauge(named("g"));
    const seen: number[] = [];
    for (const number of histogram.time(() => numbers(clock))) {
      seen.push(number, histogram.get().count);
      clock.advance(10);
    }
    assertEquals(seen, [1, 0, 2, 0, 3, 0]);
    assertEquals([histogram.get().count, histogram.get().sum], [1, 33]);
    for await (const number of summary.time(() => later(clock))) {
      seen.push(number, summary.get().count);
    }
    assertEquals(seen.slice(6), [1, 0, 2, 0, 3, 0]);
    assertEquals(summary.get(), { count: 1, sum: 3 });
    assertEquals(gauge.time(() => [...numbers(clock)]), [1, 2, 3]);
    assertEquals(gauge.get(), 3);
  }));

test("generator: it is in progress from its first step to its end", async () => {
  const gauge = new MetricsRegistry().gauge(named("g"));
  const seen: number[] = [];
  const given = gauge.trackInProgress(() => numbers());
  seen.push(gauge.get());
  for (const _ of given) seen.push(gauge.get());
  seen.push(gauge.get());
  assertEquals(seen, [0, 1, 1, 1, 0]);
  for await (const _ of gauge.trackInProgress(() => later())) seen.push(gauge.get());
  assertEquals([seen.slice(5), gauge.get()], [[1, 1, 1], 0]);
  gauge.trackInProgress(() => later());
  assertEquals(gauge.get(), 0);
});

test("generator: one that fails has failed, and its caller gets the error", async () => {
  const counter = new MetricsRegistry().counter(named("c"));
  const error = new RangeError("row 2");
  const given = counter.countExceptions(function* () {
    yield 1;
    throw error;
  }, RangeError);
  assertEquals(given.next(), { value: 1, done: false });
  assertStrictEquals(assertThrowsWith(() => given.next(), RangeError), error);
  assertEquals([counter.get(), given.next()], [1, { value: undefined, done: true }]);

  const asynchronous = counter.countExceptions(async function* () {
    yield 1;
    throw error;
  });
  const read = async () => {
    for await (const _ of asynchronous);
  };
  assertStrictEquals(await assertRejectsWith(read, RangeError), error);
  assertEquals(counter.get(), 2);
  const other = counter.countExceptions(() => numbers(), RangeError);
  assertThrowsWith(() => other.throw(new TypeError("other")), TypeError);
  assertEquals(counter.get(), 2);
});

test("generator: it ends where its loop is left, and where it is told to", async () => {
  const sync = measured(() => numbers());
  for (const number of sync.given) if (number === 2) break;
  const asynchronous = measured(() => later());
  for await (const number of asynchronous.given) if (number === 2) break;
  const returned = measured(() => numbers());
  assertEquals(returned.given.return("early"), { value: "early", done: true });
  const delegated = measured(() => numbers());
  assertEquals([
    ...(function* () {
      yield* delegated.given;
    })(),
  ], [1, 2, 3]);
  const thrown = measured(() => numbers());
  assertThrowsWith(() => thrown.given.throw(new RangeError("stop")), RangeError);
  assertEquals([sync, asynchronous, returned, delegated].map(({ outcomes }) => outcomes), [
    [done],
    [done],
    [done],
    [done],
  ]);
  assertEquals(thrown.outcomes.map(({ failed }) => failed), [true]);
});

test("generator: a step that goes on after return() or throw() has not ended", () => {
  const { given, outcomes } = measured(function* () {
    try {
      yield 1;
    } catch {
      yield 2;
    } finally {
      yield 3;
    }
  });
  given.next();
  assertEquals([given.throw(new Error("x")).value, outcomes], [2, []]);
  assertEquals([given.return().value, outcomes], [3, []]);
  assertEquals([given.next().done, outcomes], [true, [done]]);
});

test("generator: what is sent to it, and what it returns, is passed on", async () => {
  const { given } = measured(function* (): Generator<string, string, string> {
    return (yield "a") + (yield "b");
  });
  assertEquals([given.next("x").value, given.next("1").value], ["a", "b"]);
  assertEquals(given.next("2"), { value: "12", done: true });
  const asynchronous = measured(() => later());
  assertEquals(await asynchronous.given.next(), { value: 1, done: false });
  assertEquals(await asynchronous.given.return("r"), { value: "r", done: true });
});

test("generator: the caller gets the very object, which still is a generator", () => {
  for (const own of [numbers(), later()]) {
    const { given } = measured<object>(() => own);
    assertStrictEquals(given, own);
    assertEquals(Object.keys(given), []);
    const tag = Object.prototype.toString.call(given);
    assert(tag === "[object Generator]" || tag === "[object AsyncGenerator]");
  }
});

test("generator: steps asked for at once are measured to the last", async () => {
  const { given, outcomes } = measured(() => later());
  const steps = [given.next(), given.next(), given.next(), given.next(), given.next()];
  assertEquals((await Promise.all(steps)).map(({ done }) => done), [
    false,
    false,
    false,
    true,
    true,
  ]);
  assertEquals(outcomes, [done]);
});

test("generator: one that an asynchronous function returns is measured to its end", async () => {
  const { given, outcomes } = measured(async () => {
    await null;
    return later();
  });
  const generator = await given;
  assertEquals(outcomes, []);
  for await (const _ of generator) assertEquals(outcomes, []);
  assertEquals(outcomes, [done]);
});

test("generator: one that somebody froze ends when it is returned", () => {
  const { given, outcomes } = measured(() => Object.freeze(numbers()));
  assertEquals(outcomes, [done]);
  assertEquals([...given], [1, 2, 3]);
  assertEquals(outcomes, [done]);
});

test("iterator: one that can be closed is measured, also one with steps of another library's promises", async () => {
  let count = 0;
  const { given, outcomes } = measured(() => ({
    next: () => ({
      then: (fulfilled: (step: IteratorResult<number>) => void) =>
        fulfilled({ value: ++count, done: count > 2 }),
    }),
    return: () => ({ value: undefined, done: true }),
    [Symbol.asyncIterator]() {
      return this;
    },
  }));
  const values: number[] = [];
  for await (const value of given as unknown as AsyncIterable<number>) values.push(value);
  assertEquals([values, count, outcomes], [[1, 2], 3, [done]]);
});

test("iterator: one over what is there, and whatever has a next(), has ended", () => {
  const lists: object[] = [[1].values(), new Set([1]).keys(), { next() {}, return() {} }];
  for (const list of lists) assertEquals(measured(() => list).outcomes, [done]);
});

test("iterator: a step that is no object does not end it, and one that is done does so once", () => {
  const steps: unknown[] = [undefined, 5, {}, { done: true }, { done: true }];
  const { given, outcomes } = measured(() => ({
    next: () => steps.shift(),
    return() {},
    [Symbol.iterator]() {
      return this;
    },
  }));
  const ended = steps.map(() => (given.next(), outcomes.length));
  assertEquals(ended.slice(0, 3), [0, 0, 0]);
  given.next();
  given.next();
  assertEquals(outcomes, [done]);
});
