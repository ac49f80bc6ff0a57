// A process of its own: its threads run this file again.
import { assertEquals } from "@std/assert";
import { once } from "node:events";
import process from "node:process";
import { test } from "node:test";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import type { Outcome } from "../../../src/metrics/calls/follower.ts";
import { measureCall } from "../../../src/metrics/calls/measure_call.ts";
import { pause } from "../../support/deferred.ts";

// In a thread of its own, because in a test a rejection that nobody handles is a failure.

/** The reasons of rejections that nobody handled while something ran. */
async function unhandledWhile(run: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = [];
  const onEvent = (event: Event) => {
    event.preventDefault();
    reasons.push((event as PromiseRejectionEvent).reason);
  };
  const onReason = (reason: unknown) => void reasons.push(reason);
  const isDeno = "Deno" in globalThis;
  if (isDeno) addEventListener("unhandledrejection", onEvent);
  else process.on("unhandledRejection", onReason);
  try {
    run();
    await pause(0.006);
    // A busy machine runs several timers in one turn, and reports after it.
    for (let turn = 0; turn < 3; turn++) await pause(0);
  } finally {
    if (isDeno) removeEventListener("unhandledrejection", onEvent);
    else process.off("unhandledRejection", onReason);
  }
  return reasons;
}

/** What a caller may do with a promise. */
const callers: Record<string, (promise: Promise<unknown>) => unknown> = {
  "forgets it": () => {},
  "awaits it": async (promise) => {
    try {
      await promise;
    } catch {
      // handled
    }
  },
  "handles it by then": (promise) => promise.then(() => {}, () => {}),
  "handles it by catch": (promise) => promise.catch(() => {}),
  "handles it after finally": (promise) => promise.finally(() => {}).catch(() => {}),
  "forgets what then gives": (promise) => void promise.then(() => {}),
  "forgets what finally gives": (promise) => void promise.finally(() => {}),
  "forgets an async function that awaits it": (promise) => void (async () => await promise)(),
  "awaits all of several": (promise) => Promise.all([promise]).catch(() => {}),
  "awaits all to settle": (promise) => Promise.allSettled([promise]),
  "awaits the first": (promise) => Promise.race([promise]).catch(() => {}),
  "returns it from an async function": async (promise) => await hand(promise).catch(() => {}),
  "resolves another with it": (promise) =>
    new Promise((resolve) => resolve(promise)).catch(() => {}),
  "handles it some microtasks later": async (promise) => {
    for (let turn = 0; turn < 5; turn++) await null;
    promise.catch(() => {});
  },
  "handles it in another turn": (promise) => setTimeout(() => promise.catch(() => {}), 3),
  "gives it a constructor": (promise) => {
    Reflect.set(promise, "constructor", Promise);
    promise.catch(() => {});
  },
  "has it in a generator": async (promise) => {
    const generator = (async function* () {
      yield promise;
    })();
    await generator.next().catch(() => {});
  },
};

// deno-lint-ignore require-await
const hand = async (promise: Promise<unknown>): Promise<unknown> => promise;

// On Bun a thread ends with the first rejection that nobody handles.
const callerNames = Object.keys(callers)
  .filter((caller) => !("Bun" in globalThis && /forgets|another turn/.test(caller)));

const failures: Record<string, () => Promise<unknown>> = {
  "at once": () => Promise.reject("failed"),
  "in a microtask": async () => {
    await null;
    throw "failed";
  },
  "frozen": () => Object.freeze(Promise.reject("failed")),
  "with a constructor of its own": () =>
    Object.defineProperty(Promise.reject("failed"), "constructor", { value: Promise }),
  "in another turn": async () => {
    await pause(0.001);
    throw "failed";
  },
};

interface Observed {
  readonly without: readonly unknown[];
  readonly measured: readonly unknown[];
  readonly nested: readonly unknown[];
  readonly outcomes: readonly Outcome[];
}

/** Lets a caller use a promise that fails: as it is, measured, and measured three times. */
async function observe(fail: () => Promise<unknown>, caller: string): Promise<Observed> {
  const use = callers[caller];
  const outcomes: Outcome[] = [];
  const measure = (call: () => Promise<unknown>) =>
    measureCall("jobs", call, { end: (outcome) => void outcomes.push(outcome) });
  const without = await unhandledWhile(() => use(fail()));
  const measured = await unhandledWhile(() => use(measure(fail)));
  const nested = await unhandledWhile(() => use(measure(() => measure(() => measure(fail)))));
  return { without, measured, nested, outcomes };
}

if (!isMainThread) {
  const observed: Record<string, Observed> = {};
  for (const [when, fail] of Object.entries(failures)) {
    for (const caller of callerNames) {
      observed[`${when}, ${caller}`] = await observe(fail, caller);
    }
  }
  parentPort?.postMessage(observed);
} else {
  test("promise: one that fails is as unhandled as without us, whatever its caller does", async () => {
    const worker = new Worker(new URL(import.meta.url));
    const [observed]: Record<string, Observed>[] = await once(worker, "message");
    await worker.terminate();
    const cases = Object.entries(observed);
    assertEquals(cases.length, Object.keys(failures).length * callerNames.length);
    const outcome: Outcome = { failed: true, error: "failed" };
    for (const [name, { without, measured, nested, outcomes }] of cases) {
      // There, what nobody uses at once is no more than rejected.
      const isSilent = /(forgets it|handles it in another turn)$/.test(name) &&
        /^(frozen|with a)/.test(name);
      const expected = isSilent ? [] : without;
      assertEquals({ name, measured, nested }, { name, measured: expected, nested: expected });
      assertEquals(outcomes, [outcome, outcome, outcome, outcome]);
      // Otherwise nothing was tried.
      assertEquals(without, /forgets|another turn$/.test(name) ? ["failed"] : []);
    }
  });
}
