import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { CheckOutcome, CheckResult, HealthCheck } from "../../../mod.ts";
import { display } from "../../../src/model/errors.ts";
import { runChecks } from "../../../src/http/app/health_check.ts";
import { deferred, never, pause } from "../../support/deferred.ts";

async function outcomeOf(check: HealthCheck["check"], seconds = 1): Promise<CheckOutcome> {
  const [outcome] = await runChecks([{ name: "database", check }], seconds);
  return outcome;
}

test("runChecks: no checks have no outcomes", async () => {
  assertEquals(await runChecks([], 1), []);
});

const answers: [CheckResult, Omit<CheckOutcome, "name">][] = [
  [true, { ready: true, message: null }],
  [false, { ready: false, message: null }],
  [{ ok: true }, { ready: true, message: null }],
  [{ ok: false }, { ready: false, message: null }],
  [{ ok: true, message: "2 replicas" }, { ready: true, message: "2 replicas" }],
  [{ ok: false, message: "no replica" }, { ready: false, message: "no replica" }],
  [{ ok: false, message: null }, { ready: false, message: null }],
  [{ ok: false, message: "" }, { ready: false, message: "" }],
];

test("a health check gives success or failure, with or without a reason, at once or later", async () => {
  for (const [answer, expected] of answers) {
    for (const check of [() => answer, () => Promise.resolve(answer), () => late(answer)]) {
      assertEquals(await outcomeOf(check), { name: "database", ...expected });
    }
  }
});

const failures: [string, HealthCheck["check"], message: string][] = [
  ["throws", () => {
    throw new Error("refused");
  }, "refused"],
  ["throws text", () => {
    throw "refused";
  }, "refused"],
  ["rejects", () => Promise.reject(new Error("refused")), "refused"],
  ["rejects with text", () => Promise.reject("refused"), "refused"],
  ["hangs", () => never(), "no answer within 0.05 s"],
];

for (const [what, check, message] of failures) {
  test(`a health check that ${what} is not ready, and its message says why`, async () => {
    assertEquals(await outcomeOf(check, 0.05), { name: "database", ready: false, message });
  });
}

const garbage: readonly unknown[] = [
  undefined,
  null,
  "yes",
  1,
  0,
  1n,
  Symbol("yes"),
  {},
  [],
  () => true,
  { ok: 1 },
  { ok: "true" },
  { ready: true },
];

test("a health check with an invalid result is not ready, and its message says so", async () => {
  for (const answer of garbage) {
    const { ready, message } = await outcomeOf(() => answer as CheckResult);
    assertEquals(ready, false);
    assert(typeof message === "string" && message !== "", display(answer));
  }
});

test("the message of a health check is a text or null, whatever the check gives", async () => {
  for (const message of [5, 5n, {}, () => "why", Symbol("why"), Object.create(null)]) {
    const outcome = await outcomeOf(() => ({ ok: false, message }) as unknown as CheckResult);
    assertEquals(outcome.ready, false);
    assert(outcome.message === null || typeof outcome.message === "string");
    assertEquals(JSON.parse(JSON.stringify(outcome)), { ...outcome });
  }
});

test("a health check may throw a value that has no text", async () => {
  const outcome = await outcomeOf(() => {
    throw Object.create(null);
  });
  assertEquals(outcome.ready, false);
  assertEquals(typeof outcome.message, "string");
});

test("a health check may be an object with a state of its own", async () => {
  class DatabaseCheck implements HealthCheck {
    readonly name = "database";
    readonly #connections = 3;
    check(): CheckResult {
      return { ok: true, message: `${this.#connections} connections` };
    }
  }
  assertEquals(await runChecks([new DatabaseCheck()], 1), [
    { name: "database", ready: true, message: "3 connections" },
  ]);
});

test("runChecks runs checks concurrently, and lists them in their own order", async () => {
  const [left, right] = [deferred(), deferred()];
  const meet = (mine: typeof left, other: typeof left) => async () => {
    mine.resolve();
    await other.promise;
    return true;
  };
  const outcomes = await runChecks([
    { name: "left", check: meet(left, right) },
    { name: "middle", check: () => true },
    { name: "right", check: meet(right, left) },
  ], 5);
  assertEquals(outcomes.map(({ name, ready }) => [name, ready]), [
    ["left", true],
    ["middle", true],
    ["right", true],
  ]);
});

test("runChecks: a check that hangs does not affect the others", async () => {
  const outcomes = await runChecks([
    { name: "a", check: () => never() },
    { name: "b", check: () => late(true) },
    { name: "c", check: () => Promise.reject("refused") },
  ], 0.1);
  assertEquals(outcomes.map(({ ready }) => ready), [false, true, false]);
});

test("the signal of a health check is aborted when its time is up, and when it is over", async () => {
  const signals: AbortSignal[] = [];
  const keep = (answer: () => Promise<boolean>) => (signal: AbortSignal) => {
    signals.push(signal);
    assertEquals(signal.aborted, false);
    return answer();
  };
  await Promise.all([outcomeOf(keep(never), 0.02), outcomeOf(keep(() => late(true)))]);
  assertEquals(signals.map(({ aborted }) => aborted), [true, true]);
});

test("a health check that fails after its timeout changes nothing", async () => {
  const end = deferred<boolean>();
  const outcome = await outcomeOf(() => end.promise, 0.01);
  end.reject(new Error("nobody hears this"));
  await pause(0.01);
  assertEquals(outcome.message, "no answer within 0.01 s");
});

test("a health check with a timeout of more than 24 days does not time out at once", async () => {
  for (const seconds of [Infinity, 1e9]) {
    const { ready } = await outcomeOf(() => pause(0.03).then(() => true), seconds);
    assertEquals(ready, true);
  }
});

function late<T>(answer: T): Promise<T> {
  return pause(0.005).then(() => answer);
}
