import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { InvalidLabelError, MetricsRegistry } from "../../mod.ts";
import { withClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { withWallClock } from "../support/wall_clock.ts";
import { simulatedThreads } from "../threads/simulated_threads.ts";

const labels = ["result"] as const;
const [ok, late] = [{ result: "ok" }, { result: "late" }];
const named = (name: string) => ({ name, help: "Help.", labels });

const registries: Record<string, () => MetricsRegistry> = {
  local: () => new MetricsRegistry(),
  shared: () => simulatedThreads(1).registries[0],
};

for (const [kind, make] of Object.entries(registries)) {
  const familiesOf = (registry: MetricsRegistry) => ({
    gauge: registry.gauge(named("g")),
    recent: registry.gauge({ ...named("r"), merge: "mostRecent" }),
    histogram: registry.histogram({ ...named("h"), buckets: [1] }),
    native: registry.histogram({ ...named("n"), native: true }),
    summary: registry.summary(named("s")),
  });

  /** Count and sum of a series, or the value of a gauge's. */
  const read = (child: { get(): number | { count: number; sum: number } }) => {
    const value = child.get();
    return typeof value === "number" ? value : [value.count, value.sum];
  };

  test(`${kind} family: startTimer() times one series, each end of it`, () =>
    withClock((clock) => {
      for (const family of Object.values(familiesOf(make()))) {
        const end = family.startTimer(ok);
        clock.advance(0.5);
        assertEquals(end(), 0.5);
        clock.advance(1.5);
        assertEquals(end(), 2);
        const value = read(family.labels(ok));
        assertEquals(value, typeof value === "number" ? 2 : [2, 2.5]);
      }
    }));

  test(`${kind} family: startTimer() without labels takes them at its end`, () =>
    withClock((clock) => {
      for (const family of Object.values(familiesOf(make()))) {
        const [end, other] = [family.startTimer(), family.startTimer()];
        clock.advance(0.5);
        assertEquals(end(ok), 0.5);
        clock.advance(1.5);
        assertEquals(other(late), 2);
        const values = [ok, late].map((set) => read(family.labels(set)));
        assertEquals(values, typeof values[0] === "number" ? [0.5, 2] : [[1, 0.5], [1, 2]]);
        assertThrowsWith(() => end({} as typeof ok), InvalidLabelError, "its labels are {result}");
      }
    }));

  test(`${kind} family: time() times calls of one series to their end`, () =>
    withClock(async (clock) => {
      for (const family of Object.values(familiesOf(make()))) {
        const { promise, resolve } = deferred<string>();
        assertStrictEquals(family.time(ok, () => promise), promise);
        clock.advance(2);
        resolve("done");
        assertEquals(await promise, "done");
        const value = read(family.labels(ok));
        assertEquals(value, typeof value === "number" ? 2 : [1, 2]);
      }
    }));

  test(`${kind} family: trackInProgress() counts calls of one series`, async () => {
    const gauge = make().gauge(named("g"));
    const { promise, resolve } = deferred();
    const given = gauge.trackInProgress(ok, () => promise);
    assertStrictEquals(given, promise);
    gauge.trackInProgress(late, () => assertEquals(gauge.labels(late).get(), 1));
    assertEquals([ok, late].map((set) => gauge.labels(set).get()), [1, 0]);
    // A series that is removed meanwhile does not begin below 0.
    gauge.remove(ok);
    resolve();
    await given;
    assertEquals(gauge.labels(ok).get(), 0);
  });

  test(`${kind} family: setToCurrentTime() sets one series`, () =>
    withWallClock((clock) => {
      const gauge = make().gauge(named("g"));
      gauge.setToCurrentTime(ok);
      assertEquals([ok, late].map((set) => gauge.labels(set).get()), [clock.now, 0]);
    }));

  test(`${kind} family: countExceptions() counts failures in one series, of a class if there is one`, () => {
    const counter = make().counter(named("c"));
    const fail = (error: Error) => () => {
      throw error;
    };
    const errors: [Error, (typeof RangeError)?][] = [
      [new RangeError("a")],
      [new RangeError("b"), RangeError],
      [new TypeError("c"), RangeError],
    ];
    for (const [error, type] of errors) {
      const attempt = () => counter.countExceptions(ok, fail(error), type);
      assertStrictEquals(assertThrowsWith(attempt, Error), error);
    }
    assertEquals(counter.countExceptions(late, () => 5), 5);
    assertEquals([ok, late].map((set) => counter.labels(set).get()), [2, 0]);
  });
}
