import { assertEquals, assertRejects } from "@std/assert";
import { test } from "node:test";
import { raceDeadline, setDeadline } from "../../../src/model/platform/deadline.ts";
import { nextTurn } from "../../../src/model/platform/time_slices.ts";
import { deferred, never, pause } from "../../support/deferred.ts";
import { withoutTimers } from "../../support/fake_timers.ts";
import { timersOf, watchedSignal } from "../../support/leftovers.ts";

const expired = () => "expired";

test("setDeadline: the action is called once, after its time", async () => {
  let calls = 0;
  setDeadline(0.01, () => calls++);
  assertEquals(calls, 0);
  await pause(0.05);
  assertEquals(calls, 1);
});

test("setDeadline: a canceled action is not called", async () => {
  let calls = 0;
  const cancel = setDeadline(0.005, () => calls++);
  cancel();
  cancel();
  await pause(0.03);
  assertEquals(calls, 0);
});

test("setDeadline: more than 24 days set no timer, which would fire at once", async () => {
  let calls = 0;
  const counts = await timersOf(() => {
    for (const seconds of [2 ** 31 / 1000, 1e9, Infinity, NaN]) {
      setDeadline(seconds, () => calls++)();
    }
    setDeadline((2 ** 31 - 1) / 1000, () => calls++)();
  });
  await pause(0.01);
  assertEquals([counts, calls], [{ set: 1, cleared: 1 }, 0]);
});

test("setDeadline: the real clock counts if a test fakes timers", async () => {
  const waited = withoutTimers(() =>
    new Promise((resolve) => void setDeadline(0.005, () => resolve("done")))
  );
  assertEquals(await waited, "done");
});

test("setDeadline: a fake clock counts as well, once, and nothing of it is left", async () => {
  const actions = new Set<() => void>();
  let calls = 0;
  await withoutTimers(async () => {
    const cancel = setDeadline(5, () => calls++);
    assertEquals(actions.size, 1);
    for (const action of actions) action();
    assertEquals([calls, actions.size], [1, 0]);
    cancel();
    setDeadline(0.001, () => calls++)();
    assertEquals(actions.size, 0);
    await nextTurn();
  }, {
    set: (action) => (actions.add(action), action),
    clear: (action) => actions.delete(action as () => void),
  });
  await pause(0.01);
  assertEquals(calls, 1);
});

test("setDeadline: without timers nothing is called", () => {
  const { setTimeout } = globalThis;
  Object.assign(globalThis, { setTimeout: undefined });
  try {
    setDeadline(0, () => {})();
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
});

test("raceDeadline: a promise that is in time settles as it does, and clears the timer", async () => {
  const failure = new Error("failed");
  const counts = await timersOf(async () => {
    assertEquals(await raceDeadline(Promise.resolve(1), { seconds: 5 }, expired), 1);
    const failing = raceDeadline(Promise.reject(failure), { seconds: 5 }, expired);
    assertEquals(await assertRejects(() => failing), failure);
  });
  assertEquals(counts, { set: 2, cleared: 2 });
});

test("raceDeadline: a value counts as a promise that is in time", async () => {
  assertEquals(await raceDeadline(1, { seconds: 0 }, expired), 1);
});

test("raceDeadline: after the time it resolves with the fallback", async () => {
  assertEquals(await raceDeadline(never(), { seconds: 0.005 }, expired), "expired");
});

test("raceDeadline: an aborted signal ends waiting, and the timer with it", async () => {
  const { signal, abort, listeners } = watchedSignal();
  const counts = await timersOf(async () => {
    const racing = raceDeadline(never(), { seconds: 5, signal }, expired);
    assertEquals(listeners(), 1);
    abort();
    assertEquals(await racing, "expired");
  });
  assertEquals([counts, listeners()], [{ set: 1, cleared: 1 }, 0]);
});

test("raceDeadline: a signal that is aborted already counts before the promise", async () => {
  const counts = await timersOf(async () => {
    const deadline = { seconds: 5, signal: AbortSignal.abort() };
    assertEquals(await raceDeadline(Promise.resolve(1), deadline, expired), "expired");
    assertEquals(await raceDeadline(Promise.reject(1), deadline, expired), "expired");
  });
  assertEquals(counts.set, counts.cleared);
});

test("raceDeadline: a signal has no listener left, whatever came first", async () => {
  const { signal, listeners } = watchedSignal();
  await raceDeadline(Promise.resolve(1), { signal }, expired);
  await assertRejects(() => raceDeadline(Promise.reject(new Error("failed")), { signal }, expired));
  await raceDeadline(never(), { seconds: 0.001, signal }, expired);
  assertEquals(listeners(), 0);
});

test("raceDeadline: without a time there is no timer", async () => {
  const counts = await timersOf(async () => {
    await raceDeadline(Promise.resolve(1), {}, expired);
    await raceDeadline(Promise.resolve(1), { seconds: Infinity }, expired);
  });
  assertEquals(counts, { set: 0, cleared: 0 });
});

test("raceDeadline: a rejection after the deadline is not unhandled, and changes nothing", async () => {
  let calls = 0;
  const { promise, reject } = deferred<string>();
  const racing = raceDeadline(promise, { seconds: 0.001 }, () => `expired ${++calls}`);
  assertEquals(await racing, "expired 1");
  reject(new Error("too late"));
  await pause(0.01);
  assertEquals(calls, 1);
});
