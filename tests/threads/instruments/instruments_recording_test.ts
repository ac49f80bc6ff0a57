import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { InvalidValueError, type MetricsRegistry } from "../../../mod.ts";
import { withClock } from "../../support/clock.ts";
import { deferred } from "../../support/deferred.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { withWallClock } from "../../support/wall_clock.ts";
import { simulatedThreads } from "../simulated_threads.ts";

const named = (name: string) => ({ name, help: "Help." });
const registryOf = (): MetricsRegistry => simulatedThreads(1).registries[0];

/** Numbers as a caller from JavaScript may give them. */
const noNumbers = ["1", 1n, null, true, {}, [1], new Date(0), Symbol.iterator] as unknown[];

test("SharedCounter: it counts by 1 or by what it is given, and refuses all else", () => {
  const counter = registryOf().counter(named("c"));
  counter.inc();
  counter.inc(undefined);
  counter.inc(0.5);
  counter.inc(0);
  for (const wrong of [...noNumbers, -1, -Number.MIN_VALUE, NaN, Infinity, -Infinity]) {
    const call = () => counter.inc(wrong as number);
    const error = assertThrowsWith(call, InvalidValueError, "c: ", "a counter only grows");
    assertStrictEquals(error.value, wrong);
  }
  assertEquals(counter.get(), 2.5);
});

test("SharedCounter.countExceptions() counts what was thrown, of a class if there is one", async () => {
  const counter = registryOf().counter(named("c"));
  const fail = (error: unknown) => () => {
    throw error;
  };
  const error = new RangeError("range");
  assertStrictEquals(assertThrowsWith(() => counter.countExceptions(fail(error)), Error), error);
  assertThrowsWith(() => counter.countExceptions(fail(error), RangeError), Error);
  assertThrowsWith(() => counter.countExceptions(fail(error), TypeError), Error);
  assertEquals(counter.countExceptions(() => 5), 5);
  await counter.countExceptions(() => Promise.reject(error), RangeError).catch(() => {});
  assertEquals(counter.get(), 3);
});

for (const merge of ["sum", "mostRecent"] as const) {
  test(`SharedGauge: one that merges by ${merge} goes up and down, and refuses what is no number`, () => {
    const gauge = registryOf().gauge({ ...named("g"), merge });
    gauge.inc();
    gauge.inc(undefined);
    gauge.inc(5);
    assertEquals(gauge.get(), 7);
    gauge.dec();
    gauge.dec(undefined);
    gauge.dec(0.5);
    assertEquals(gauge.get(), 4.5);
    for (const wrong of noNumbers) {
      for (const method of ["set", "inc", "dec"] as const) {
        const call = () => gauge[method](wrong as number);
        const error = assertThrowsWith(call, InvalidValueError, "g: ", "a number");
        assertStrictEquals(error.value, wrong);
      }
    }
    assertThrowsWith(() => gauge.set(undefined as unknown as number), InvalidValueError, "g: ");
    assertEquals(gauge.get(), 4.5);
    for (const value of [-1, NaN, Infinity]) {
      gauge.set(value);
      assertEquals(gauge.get(), value);
    }
  });
}

test("SharedRecentGauge: every write notes its time, and the latest of all threads is on the page", () =>
  withWallClock(async (clock) => {
    const { registries } = simulatedThreads(2);
    const [one, other] = registries.map((registry) =>
      registry.gauge({ ...named("g"), merge: "mostRecent" })
    );
    const value = async () => {
      const [family] = (await registries[0].gather()).families;
      return family.type === "gauge" ? [[...family.values], [...family.times ?? []]] : family.type;
    };
    const writes: [() => void, number][] = [
      [() => one.set(5), 5],
      [() => other.inc(), 1],
      [() => one.inc(2), 7],
      [() => other.dec(4), -3],
      [() => one.dec(), 6],
      [() => other.setToCurrentTime(), clock.now + 6],
    ];
    for (const [write, expected] of writes) {
      clock.advance(1);
      write();
      assertEquals(await value(), [[expected], [clock.now]]);
    }
  }));

const shapes = {
  SharedHistogram: { buckets: [1, 2] },
  SharedNativeHistogram: { buckets: [1, 2], native: true },
} as const;

for (const [name, shape] of Object.entries(shapes)) {
  test(`${name}: get() has what this thread observed, by bucket`, () => {
    const { registries: [registry, other] } = simulatedThreads(2);
    const histogram = registry.histogram({ ...named("h"), ...shape });
    other.histogram({ ...named("h"), ...shape }).observe(1);
    assertEquals(histogram.get(), {
      count: 0,
      sum: 0,
      buckets: [{ le: 1, count: 0 }, { le: 2, count: 0 }, { le: Infinity, count: 0 }],
    });
    for (const value of [1, 1.5, 2, 8]) histogram.observe(value);
    assertEquals(histogram.get(), {
      count: 4,
      sum: 12.5,
      buckets: [{ le: 1, count: 1 }, { le: 2, count: 3 }, { le: Infinity, count: 4 }],
    });
    histogram.observe(NaN);
    const { count, sum, buckets } = histogram.get();
    assertEquals([count, sum, buckets[2].count], [5, NaN, 5]);
  });

  test(`${name}: what is no number is refused, and nothing is counted`, () => {
    const histogram = registryOf().histogram({ ...named("h"), ...shape });
    for (const wrong of [...noNumbers, undefined]) {
      const call = () => histogram.observe(wrong as number);
      const error = assertThrowsWith(call, InvalidValueError, "h: ", "a number to observe");
      assertStrictEquals(error.value, wrong);
    }
    assertEquals([histogram.get().count, histogram.get().sum], [0, 0]);
  });

  test(`${name}: a moved one goes on from its numbers, in memory of its own`, async () => {
    const { registries: [registry, other] } = simulatedThreads(2);
    const histogram = registry.histogram({ ...named("h"), ...shape });
    for (const value of [0, 1, 3, -2]) histogram.observe(value);
    other.histogram({ ...named("h"), ...shape });
    registry.close();
    histogram.observe(2);
    for (let value = 1; value < 1000; value *= 1.5) histogram.observe(value);
    assertEquals([histogram.get().count, histogram.get().buckets[0].count], [5 + 18, 4]);
    const [family] = (await other.gather()).families;
    if (family.type !== "histogram") throw new Error(family.type);
    assertEquals([[...family.buckets], [...family.sums]], [[3, 0, 1], [2]]);
  });
}

test("SharedSummary: get() has count and sum, and what is no number is refused", () => {
  const summary = registryOf().summary(named("s"));
  assertEquals(summary.get(), { count: 0, sum: 0 });
  for (const value of [1, 2.5, -0.5]) summary.observe(value);
  for (const wrong of [...noNumbers, undefined]) {
    const call = () => summary.observe(wrong as number);
    const error = assertThrowsWith(call, InvalidValueError, "s: ", "a number to observe");
    assertStrictEquals(error.value, wrong);
  }
  assertEquals(summary.get(), { count: 3, sum: 3 });
});

test("SharedStateSet: states go on and off one by one, and select() turns one on alone", async () => {
  const states = ["idle", "busy", "failed"] as const;
  const { registries } = simulatedThreads(2);
  const [phase, other] = registries.map((registry) =>
    registry.stateSet({ ...named("phase"), states })
  );
  assertEquals(phase.get(), []);
  phase.set("busy", true);
  phase.set("failed", true);
  phase.set("idle", false);
  assertEquals(phase.get(), ["busy", "failed"]);
  phase.set("busy", false);
  other.select("busy");
  assertEquals([phase.get(), other.get()], [["failed"], ["busy"]]);
  const [family] = (await registries[1].gather()).families;
  assertEquals(family.type === "stateset" && [...family.values], [0, 1, 1]);
  for (const state of states) {
    phase.select(state);
    assertEquals(phase.get(), [state]);
  }
  for (const wrong of ["", "Idle", undefined, 0]) {
    const calls = [() => phase.select(wrong as "idle"), () => phase.set(wrong as "idle", true)];
    for (const call of calls) {
      assertThrowsWith(call, InvalidValueError, "phase: ", "one of idle, busy, failed");
    }
  }
  assertEquals(phase.get(), ["failed"]);
});

test("shared instruments: time() ends when a promise settles, and with a call that throws", () =>
  withClock(async (clock) => {
    const registry = registryOf();
    const timed = {
      gauge: registry.gauge(named("g")),
      recent: registry.gauge({ ...named("r"), merge: "mostRecent" }),
      histogram: registry.histogram(named("h")),
      native: registry.histogram({ ...named("n"), native: true }),
      summary: registry.summary(named("s")),
    };
    const promises = Object.values(timed).map((instrument) => {
      const one = deferred<string>();
      assertStrictEquals(instrument.time(() => one.promise), one.promise);
      return one;
    });
    clock.advance(2);
    for (const { resolve } of promises) resolve("done");
    await Promise.all(promises.map(({ promise }) => promise));
    const values = () =>
      Object.values(timed).map((instrument) => {
        const value = instrument.get();
        return typeof value === "number" ? value : [value.count, value.sum];
      });
    assertEquals(values(), [2, 2, [1, 2], [1, 2], [1, 2]]);
    for (const instrument of Object.values(timed)) {
      const failing = () =>
        instrument.time(() => {
          clock.advance(3);
          throw new RangeError("failed");
        });
      assertThrowsWith(failing, RangeError, "failed");
    }
    assertEquals(values(), [3, 3, [2, 5], [2, 5], [2, 5]]);
    for (const gauge of [timed.gauge, timed.recent]) {
      gauge.set(0);
      assertEquals(gauge.trackInProgress(() => gauge.get()), 1);
      assertEquals(gauge.get(), 0);
    }
  }));
