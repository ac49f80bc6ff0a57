import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { InvalidValueError, MetricsRegistry } from "../../../mod.ts";
import type { Outcome } from "../../../src/metrics/calls/follower.ts";
import { type CallMetric, measureCall } from "../../../src/metrics/calls/measure_call.ts";
import { deferred } from "../../support/deferred.ts";
import { assertThrowsWith } from "../../support/rejects.ts";

/** Measures a call, and notes the outcome. */
function measured<Result>(call: () => Result): { given: Result; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const given = measureCall("jobs", call, { end: (outcome) => void outcomes.push(outcome) });
  return { given, outcomes };
}

test("measureCall(): a call that returns has not failed, whatever it returns", () => {
  const values = [undefined, null, 0, "", {}, { then: "no function" }, () => 1, [1], new Map()];
  for (const result of [...values, Object.create(null), new Map().values(), Symbol.iterator]) {
    const { given, outcomes } = measured(() => result);
    assertStrictEquals(given, result);
    assertEquals(outcomes, [{ failed: false }]);
  }
});

test("measureCall(): a call that throws has failed, and what it threw goes on", () => {
  const outcomes: Outcome[] = [];
  const failing = () =>
    measureCall("jobs", () => {
      throw new RangeError("failed");
    }, { end: (outcome) => void outcomes.push(outcome) });
  const error = assertThrowsWith(failing, RangeError, "failed");
  assertEquals(outcomes, [{ failed: true, error }]);
});

test("measureCall(): a promise has ended when it settles, and is the same promise", async () => {
  for (const failed of [false, true]) {
    const { promise, resolve, reject } = deferred<string>();
    const { given, outcomes } = measured(() => promise);
    assertStrictEquals(given, promise);
    await Promise.resolve();
    assertEquals(outcomes, []);
    if (failed) reject("failed");
    else resolve("done");
    assertEquals(await given.catch((error) => error), failed ? "failed" : "done");
    assertEquals(outcomes, [failed ? { failed, error: "failed" } : { failed }]);
  }
});

test("measureCall(): a result that no one can look into has ended", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  const hostile = new Proxy({}, {
    getOwnPropertyDescriptor() {
      throw new Error("no");
    },
  });
  for (const result of [proxy, hostile]) {
    const { given, outcomes } = measured(() => result);
    assertStrictEquals(given, result);
    assertEquals(outcomes, [{ failed: false }]);
  }
});

test("measureCall(): properties of a result that are no methods of ours are not read", () => {
  const read: string[] = [];
  const result = {
    get next() {
      return read.push("next");
    },
    get return() {
      return read.push("return");
    },
    get value() {
      return read.push("value");
    },
  };
  assertEquals(measured(() => result).outcomes, [{ failed: false }]);
  assertEquals(read, []);
});

test("measureCall(): a result that has nothing to follow is only looked at", () => {
  const touched: string[] = [];
  const traps = ["get", "set", "defineProperty", "setPrototypeOf", "deleteProperty"] as const;
  const handler = Object.fromEntries(traps.map((trap) => [trap, (...parameters: unknown[]) => {
    touched.push(trap);
    return (Reflect[trap] as (...parameters: unknown[]) => unknown)(...parameters);
  }]));
  for (const result of [{}, { then: 5 }, [1], new Date(0), () => 1]) {
    assertEquals(measured(() => new Proxy(result, handler)).outcomes, [{ failed: false }]);
  }
  assertEquals(touched, []);
});

test("measureCall(): a metric that fails takes nothing from the caller", async () => {
  const metric: CallMetric = {
    end() {
      throw new Error("memory is full");
    },
  };
  assertEquals(measureCall("jobs", () => 1, metric), 1);
  assertEquals(await measureCall("jobs", () => Promise.resolve(2), metric), 2);
  assertThrowsWith(
    () =>
      measureCall("jobs", () => {
        throw new RangeError("failed");
      }, metric),
    RangeError,
    "failed",
  );
});

test("a call to measure is a function, or refused before anything is recorded", async () => {
  const registry = new MetricsRegistry();
  const named = (name: string) => ({ name, help: "Help." });
  const labels = ["a"] as const;
  const counter = registry.counter(named("c"));
  const gauge = registry.gauge(named("g"));
  const histogram = registry.histogram(named("h"));
  const summary = registry.summary(named("s"));
  const counters = registry.counter({ ...named("cs"), labels });
  const gauges = registry.gauge({ ...named("gs"), labels });
  const histograms = registry.histogram({ ...named("hs"), labels });
  const summaries = registry.summary({ ...named("ss"), labels });
  const before = await registry.text();
  for (const wrong of [5, undefined, null, "text", {}, Promise.resolve()]) {
    const call = wrong as () => void;
    const set = { a: "1" };
    const refused: [string, () => unknown][] = [
      ["c", () => counter.countExceptions(call)],
      ["g", () => gauge.time(call)],
      ["g", () => gauge.trackInProgress(call)],
      ["h", () => histogram.time(call)],
      ["s", () => summary.time(call)],
      ["cs", () => counters.countExceptions(set, call)],
      ["gs", () => gauges.time(set, call)],
      ["gs", () => gauges.trackInProgress(set, call)],
      ["hs", () => histograms.time(set, call)],
      ["ss", () => summaries.time(set, call)],
    ];
    for (const [family, attempt] of refused) {
      const error = assertThrowsWith(attempt, InvalidValueError, `${family}: `, "a function");
      assertStrictEquals(error.value, wrong);
    }
  }
  assertEquals(await registry.text(), before);
});

test("Counter.countExceptions() refuses a type that instanceof does not take, before the call", () => {
  const counter = new MetricsRegistry().counter({ name: "c", help: "Help." });
  for (const wrong of [5, null, {}, "Error", () => true]) {
    let called = false;
    const attempt = () => counter.countExceptions(() => called = true, wrong as typeof Error);
    assertThrowsWith(attempt, InvalidValueError, "c: ", "a class of errors");
    assertEquals(called, false);
  }
  class Odd {
    static [Symbol.hasInstance](error: unknown) {
      return (error as Error).message === "odd";
    }
  }
  for (const message of ["odd", "even"]) {
    assertThrowsWith(
      () =>
        counter.countExceptions(() => {
          throw new Error(message);
        }, Odd),
      Error,
      message,
    );
  }
  assertEquals(counter.get(), 1);
});
