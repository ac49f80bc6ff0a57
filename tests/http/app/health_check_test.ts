import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { CheckOutcome, CheckResult, HealthCheck } from "../../../mod.ts";
import { display } from "../../../src/model/errors.ts";
import { prepareChecks } from "../../../src/http/app/health_check.ts";
import { silentLogger } from "../../../src/model/logger.ts";
import { deferred, never, pause } from "../../support/deferred.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

function runChecks(
  checks: readonly HealthCheck[],
  timeoutSeconds: number,
): Promise<CheckOutcome[]> {
  return prepareChecks(checks, { timeoutSeconds, logger: silentLogger })();
}

async function outcomeOf(check: HealthCheck["check"], seconds = 1): Promise<CheckOutcome> {
  const [outcome] = await runChecks([{ name: "database", check }], seconds);
  return outcome;
}

test("prepareChecks: no checks have no outcomes", async () => {
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

const secret = "postgres://shop:hunter2@db.internal/orders";

/** Whatever can be thrown, with a secret at a place where a reader of errors looks. */
const thrown: Readonly<Record<string, unknown>> = {
  "an error": new Error(`connect ${secret}`),
  "a string": secret,
  "a URL": new URL(secret),
  "an error with a cause": new Error("refused", { cause: new Error(secret) }),
  "an error with a name": Object.assign(new Error("refused"), { name: secret }),
  "an error whose message throws": Object.defineProperty(new Error("x"), "message", {
    get() {
      throw new Error(secret);
    },
  }),
  "an object without a prototype": Object.assign(Object.create(null), { secret }),
  "several errors": new AggregateError([new Error(secret)], secret),
};

for (const [what, error] of Object.entries(thrown)) {
  test(`a health check that throws ${what} failed, and nobody but the log learns why`, async () => {
    for (
      const check of [
        () => {
          throw error;
        },
        () => Promise.reject(error),
        () => ({
          get ok(): boolean {
            throw error;
          },
        }),
        () => ({
          ok: false,
          get message(): string {
            throw error;
          },
        }),
      ]
    ) {
      const outcome = await outcomeOf(check);
      assertEquals(outcome, { name: "database", ready: false, message: "failed" });
    }
  });
}

test("a health check that hangs is not ready, and its message says how long it may take", async () => {
  const message = "no answer within 0.05 s";
  assertEquals(await outcomeOf(() => never(), 0.05), { name: "database", ready: false, message });
});

test("prepareChecks logs what a check throws, once until it is well or throws something else", async () => {
  const logger = recordingLogger();
  const results = ["refused", "refused", true, "refused", "no route", { ok: false }, "no route"];
  const left = [...results];
  const check = () => {
    const result = left.shift();
    if (typeof result === "string") throw new Error(result);
    return result as CheckResult;
  };
  const run = prepareChecks([{ name: "database", check }], { timeoutSeconds: 1, logger });
  for (const _ of results) await run();
  assertEquals(logger.messages, [
    'warn: the check "database" failed: refused',
    'warn: the check "database" failed: refused',
    'warn: the check "database" failed: no route',
  ]);
});

test("prepareChecks shows what a check throws if it is asked to, but not all of a long message", async () => {
  const rules = { timeoutSeconds: 1, exposeErrors: true, logger: silentLogger };
  for (
    const [reason, shown] of [["refused", "refused"], ["x".repeat(501), `${"x".repeat(499)}…`]]
  ) {
    const check = () => Promise.reject(new Error(reason));
    const [{ message }] = await prepareChecks([{ name: "database", check }], rules)();
    assertEquals(message, shown);
  }
});

test("a health check's message is cut after 500 characters, and never within one", async () => {
  const messages: [string, string][] = [
    ["x".repeat(500), "x".repeat(500)],
    ["x".repeat(501), `${"x".repeat(499)}…`],
    ["x".repeat(498) + "😀😀", `${"x".repeat(498)}…`],
    ["x".repeat(497) + "😀😀", `${"x".repeat(497)}😀…`],
  ];
  for (const [message, shown] of messages) {
    assertEquals((await outcomeOf(() => ({ ok: true, message }))).message, shown);
  }
});

test("a health check's wrong result is not shown, whatever it holds", async () => {
  const connection = { secret, toString: () => secret, toJSON: () => secret };
  for (const result of [secret, new URL(secret), connection, [secret], () => secret]) {
    for (const given of [result, { ok: result }, { ok: false, message: Object(result) }]) {
      const { ready, message } = await outcomeOf(() => given as unknown as CheckResult);
      assertEquals([ready, message?.includes("hunter2")], [false, false], String(message));
    }
  }
});

test("a health check's name is read once, when it is prepared", async () => {
  let reads = 0;
  const check = {
    get name() {
      if (++reads > 1) throw new Error(secret);
      return "database";
    },
    check: () => true,
  };
  const run = prepareChecks([check], { timeoutSeconds: 1, logger: silentLogger });
  for (const _ of [1, 2]) assertEquals((await run())[0].name, "database");
});

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

test("prepareChecks runs checks concurrently, and lists them in their own order", async () => {
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

test("prepareChecks: a check that hangs does not affect the others", async () => {
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
