import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { onSettled, type Outcome } from "../../src/metrics/outcome.ts";
import { deferred } from "../support/deferred.ts";
import { assertThrowsWith } from "../support/rejects.ts";

test("onSettled(): a call that returns has not failed, whatever it returns", () => {
  for (const result of [undefined, null, 0, "", {}, { then: "no function" }, () => 1]) {
    const outcomes: Outcome[] = [];
    assertStrictEquals(onSettled(() => result, (outcome) => outcomes.push(outcome)), result);
    assertEquals(outcomes, [{ failed: false }]);
  }
});

test("onSettled(): a call that throws has failed, and what it threw goes on", () => {
  const outcomes: Outcome[] = [];
  const failing = () =>
    onSettled(() => {
      throw new RangeError("failed");
    }, (outcome) => outcomes.push(outcome));
  const error = assertThrowsWith(failing, RangeError, "failed");
  assertEquals(outcomes, [{ failed: true, error }]);
});

test("onSettled(): a promise is reported once, when it settles", async () => {
  for (const failed of [false, true]) {
    const outcomes: Outcome[] = [];
    const { promise, resolve, reject } = deferred<string>();
    const given = onSettled(() => promise, (outcome) => outcomes.push(outcome));
    assertStrictEquals(given, promise);
    await Promise.resolve();
    assertEquals(outcomes, []);
    if (failed) reject("failed");
    else resolve("done");
    assertEquals(await given.catch((error) => error), failed ? "failed" : "done");
    assertEquals(outcomes, [failed ? { failed, error: "failed" } : { failed }]);
  }
});

test("onSettled(): a promise of another library counts as one", () => {
  const outcomes: Outcome[] = [];
  const thenable = { then: (fulfilled: (value: number) => void) => fulfilled(42) };
  assertStrictEquals(onSettled(() => thenable, (outcome) => outcomes.push(outcome)), thenable);
  assertEquals(outcomes, [{ failed: false }]);
});
