import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { createContext, runInContext } from "node:vm";
import { MetricsRegistry } from "../../../mod.ts";
import type { Outcome } from "../../../src/metrics/calls/follower.ts";
import { measureCall } from "../../../src/metrics/calls/measure_call.ts";
import { deferred, pause } from "../../support/deferred.ts";

const done: Outcome = { failed: false };

/** Measures a call, and notes the outcome. */
function measured<Result>(call: () => Result): { given: Result; outcomes: Outcome[] } {
  const outcomes: Outcome[] = [];
  const given = measureCall("jobs", call, { end: (outcome) => void outcomes.push(outcome) });
  return { given, outcomes };
}

test("promise: the caller's is as good as before", async () => {
  const { given, outcomes } = measured(() => Promise.resolve(1));
  assert(given instanceof Promise);
  assertStrictEquals(given.constructor, Promise);
  assertStrictEquals(Promise.resolve(given), given);
  assertEquals(Object.getOwnPropertyNames(given), []);
  assertEquals(Object.prototype.toString.call(given), "[object Promise]");
  assertEquals(await given.then((value) => value + 1), 2);
  assertEquals(outcomes, [done]);
  const other = measured(() => Promise.resolve(2)).given;
  assertStrictEquals(Object.getPrototypeOf(given), Object.getPrototypeOf(other));
  assertStrictEquals(Object.getPrototypeOf(given).constructor, Promise);
  const value = class {};
  (given as { constructor: unknown }).constructor = value;
  const own = Object.getOwnPropertyDescriptor(given, "constructor");
  assertEquals(own, { value, writable: true, enumerable: true, configurable: true });
});

test("promise: a result is recorded before its caller goes on", async () => {
  const order: string[] = [];
  const { promise, resolve } = deferred();
  const given = measureCall("jobs", () => promise, { end: () => void order.push("recorded") });
  const caller = given.then(() => order.push("caller"));
  resolve();
  await caller;
  assertEquals(order, ["recorded", "caller"]);
});

test("promise: one of another realm ends when it settles, and is not asked for its then", async () => {
  const context = createContext({});
  for (const failed of [false, true]) {
    const code = failed ? "Promise.reject('failed')" : "(async () => 5)()";
    const foreign: Promise<unknown> = runInContext(code, context);
    const { given, outcomes } = measured(() => foreign);
    assertStrictEquals(given, foreign);
    assertEquals(await given.then((value) => value, (error) => error), failed ? "failed" : 5);
    assertEquals(outcomes, [failed ? { failed, error: "failed" } : done]);
    assertEquals(Object.getOwnPropertyNames(given), []);
  }
});

test("promise: no other promise of a subclass is made by us", async () => {
  let made = 0;
  let species = 0;
  class Cancelable<T> extends Promise<T> {
    #canceled = false;
    constructor(
      executor: (
        resolve: (value: T | PromiseLike<T>) => void,
        reject: (e: unknown) => void,
      ) => void,
    ) {
      super(executor);
      made++;
    }
    static override get [Symbol.species]() {
      species++;
      return Cancelable;
    }
    cancel(): boolean {
      return this.#canceled = true;
    }
  }
  const { given, outcomes } = measured(() => new Cancelable<number>((resolve) => resolve(3)));
  assertEquals([made, species], [1, 0]);
  assert(given instanceof Cancelable);
  assertEquals([given.cancel(), given.constructor], [true, Cancelable]);
  const next = given.then((value) => value + 1);
  assert(next instanceof Cancelable);
  assertEquals([made, species], [2, 1]);
  assertEquals(await next, 4);
  assertEquals(outcomes, [done]);
});

test("promise: a frozen one stays as it is, and ends when it settles", async () => {
  const frozen = Object.freeze(Promise.resolve(1));
  const { given, outcomes } = measured(() => frozen);
  assertStrictEquals(given, frozen);
  assertStrictEquals(Object.getPrototypeOf(given), Promise.prototype);
  assertEquals(await given, 1);
  assertEquals(outcomes, [done]);
});

test("promise: one with a then of its own is followed by its state, as await does", async () => {
  let called = 0;
  const promise = Object.defineProperty(Promise.resolve(1), "then", {
    value: () => called++,
    configurable: true,
  });
  const { outcomes } = measured(() => promise);
  await Promise.resolve();
  assertEquals([called, outcomes], [0, [done]]);
});

test("promise: what only looks like one is left to its caller", async () => {
  class Impostor {
    get [Symbol.toStringTag]() {
      return "Promise";
    }
    then = Promise.prototype.then;
  }
  for (const impostor of [Object.create(Promise.prototype), new Impostor()]) {
    const prototype = Object.getPrototypeOf(impostor);
    const { given, outcomes } = measured(() => impostor);
    assertStrictEquals(given, impostor);
    assertStrictEquals(Object.getPrototypeOf(given), prototype);
    const error = await Promise.resolve().then(() => given).catch((error) => error);
    assertEquals([error instanceof TypeError, outcomes], [true, [{ failed: true, error }]]);
  }
});

test("promise: a Promise.prototype.then that somebody patches later does no harm", async () => {
  const own = Promise.prototype.then;
  let calls = 0;
  // deno-lint-ignore no-explicit-any
  Promise.prototype.then = function (this: Promise<any>, ...handlers: any[]) {
    calls++;
    return own.apply(this, handlers as []);
  } as typeof own;
  try {
    const { outcomes } = measured(() => new (class extends Promise<number> {})((r) => r(1)));
    assertEquals(calls, 0);
    await null;
    await null;
    assertEquals(outcomes, [done]);
  } finally {
    Promise.prototype.then = own;
  }
});

test("promise: one that never settles is in progress", async () => {
  const gauge = new MetricsRegistry().gauge({ name: "g", help: "Help." });
  const { promise, reject } = deferred();
  const given = gauge.trackInProgress(() => promise);
  await pause(0);
  assertEquals(gauge.get(), 1);
  reject(new Error("stopped"));
  await given.catch(() => {});
  assertEquals(gauge.get(), 0);
});
