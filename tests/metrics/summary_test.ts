import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import {
  InvalidLabelError,
  InvalidValueError,
  MetricsRegistry,
  RegistrationError,
  type Summary,
  type SummaryShape,
} from "../../mod.ts";
import type { SummarySnapshot } from "../../src/core.ts";
import { display } from "../../src/model/errors.ts";
import { SummaryFamily } from "../../src/metrics/summary.ts";
import { withClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { samplesOf } from "../support/pages.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { withWallClock } from "../support/wall_clock.ts";

const definition = { name: "wait_seconds", help: "Waits." };

function snapshotOf<Labels>(family: SummaryFamily<Labels>): SummarySnapshot {
  const [snapshot] = family.collect();
  if (snapshot.type !== "summary") throw new Error(snapshot.type);
  return snapshot;
}

/** A summary without labels, and its quantiles as they are now. */
function summaryOf(shape: SummaryShape = {}) {
  const family = new SummaryFamily<Record<string, never>>({ ...definition, ...shape });
  const summary: Summary = family.labels({});
  return { summary, quantiles: () => Array.from(snapshotOf(family).values) };
}

test("Summary: it starts at 0, with count and sum alone", async () => {
  const registry = new MetricsRegistry();
  const summary = registry.summary(definition);
  assertEquals(summary.get(), { count: 0, sum: 0 });
  assertEquals(await samplesOf(registry), ["wait_seconds_sum 0", "wait_seconds_count 0"]);
  for (const value of [0.5, 2, -1]) summary.observe(value);
  assertEquals(summary.get(), { count: 3, sum: 1.5 });
  assertEquals(await samplesOf(registry), ["wait_seconds_sum 1.5", "wait_seconds_count 3"]);
});

test("Summary: quantiles are NaN until something is observed", async () => {
  const registry = new MetricsRegistry();
  registry.summary({ ...definition, quantiles: [0, 0.5, 1] });
  assertEquals(await samplesOf(registry), [
    'wait_seconds{quantile="0.0"} NaN',
    'wait_seconds{quantile="0.5"} NaN',
    'wait_seconds{quantile="1.0"} NaN',
    "wait_seconds_sum 0",
    "wait_seconds_count 0",
  ]);
});

test("Summary: quantiles are the values below which their share lies, to 0.55 %", () => {
  const shares = [0, 0.01, 0.25, 0.5, 0.75, 0.99, 1];
  const { summary, quantiles } = summaryOf({ quantiles: shares });
  for (let value = 1000; value >= 1; value--) summary.observe(value);
  const exact = [1, 10, 250, 500, 750, 990, 1000];
  quantiles().forEach((estimate, at) => {
    assert(Math.abs(estimate / exact[at] - 1) <= 0.0055, `${shares[at]}: ${estimate}`);
  });
  assertEquals([quantiles()[0], quantiles()[6]], [1, 1000]);
});

test("Summary: quantiles of values below zero, of zero and of infinity", () => {
  const { summary, quantiles } = summaryOf({ quantiles: [0, 0.5, 1] });
  for (const value of [-8, 0, 8]) summary.observe(value);
  assertEquals(quantiles(), [-8, 0, 8]);
  for (const value of [-Infinity, Infinity]) summary.observe(value);
  assertEquals(quantiles(), [-Infinity, 0, Infinity]);
});

test("Summary: NaN counts and makes the sum NaN, but is left out of the quantiles", () => {
  const { summary, quantiles } = summaryOf({ quantiles: [0, 1] });
  for (const value of [NaN, 3]) summary.observe(value);
  assertEquals(summary.get(), { count: 2, sum: NaN });
  assertEquals(quantiles(), [3, 3]);
});

test("Summary: a value leaves the quantiles with the window, and never count and sum", () =>
  withClock((clock) => {
    const { summary, quantiles } = summaryOf({ quantiles: [0, 1], windowSeconds: 50 });
    summary.observe(1);
    clock.advance(35);
    summary.observe(2);
    assertEquals(quantiles(), [1, 2]);
    clock.advance(20);
    assertEquals(quantiles(), [2, 2]);
    summary.observe(3);
    assertEquals(quantiles(), [2, 3]);
    clock.advance(1e6);
    assertEquals(quantiles(), [NaN, NaN]);
    assertEquals(summary.get(), { count: 3, sum: 6 });
    summary.observe(4);
    assertEquals(quantiles(), [4, 4]);
  }));

test("Summary: the window is ten minutes by default, in steps of two", () =>
  withClock((clock) => {
    const { summary, quantiles } = summaryOf({ quantiles: [0.5] });
    clock.advance(119); // to the start of a part
    summary.observe(1);
    clock.advance(599);
    assertEquals(quantiles(), [1]);
    clock.advance(1);
    assertEquals(quantiles(), [NaN]);
  }));

test("Summary: the window stays where it is if somebody sets the time of day", () =>
  withWallClock((clock) => {
    const { summary, quantiles } = summaryOf({ quantiles: [0, 1] });
    summary.observe(1);
    for (const seconds of [-3600, 7200]) {
      clock.advance(seconds);
      assertEquals(quantiles(), [1, 1]);
    }
  }));

test("Summary: a window may be shorter than a second", () =>
  withClock((clock) => {
    const { summary, quantiles } = summaryOf({ quantiles: [1], windowSeconds: 0.5 });
    summary.observe(1);
    assertEquals(quantiles(), [1]);
    clock.advance(1);
    assertEquals(quantiles(), [NaN]);
  }));

test("Summary: each series has quantiles of its own", () => {
  const family = new SummaryFamily<{ queue: string }>({
    ...definition,
    labels: ["queue"],
    quantiles: [0, 1],
  });
  family.observe({ queue: "a" }, 1);
  family.observe({ queue: "b" }, 2);
  family.observe({ queue: "a" }, 3);
  family.labels({ queue: "c" });
  const { values, counts, sums, labels } = snapshotOf(family);
  assertEquals(labels.rows, 3);
  assertEquals([...values], [1, 3, 2, 2, NaN, NaN]);
  assertEquals([...counts], [2, 1, 0]);
  assertEquals([...sums], [4, 2, 0]);
});

test("Summary: a snapshot has the start of each series, and never changes", () =>
  withWallClock((clock) => {
    const family = new SummaryFamily<{ queue: string }>({ ...definition, labels: ["queue"] });
    family.observe({ queue: "a" }, 1);
    clock.advance(5);
    family.observe({ queue: "b" }, 1);
    const snapshot = snapshotOf(family);
    family.observe({ queue: "a" }, 1);
    assertEquals(Array.from(snapshot.created ?? []), [1_700_000_000, 1_700_000_005]);
    assertEquals([...snapshot.counts], [1, 1]);
  }));

const bad: readonly (readonly [shape: unknown, ...parts: string[]])[] = [
  [{ quantiles: [0.5, 0.5] }, "quantiles [0.5,0.5]", "ascending numbers from 0 to 1"],
  [{ quantiles: [0.9, 0.5] }, "quantiles [0.9,0.5]"],
  [{ quantiles: [-0.1] }, "quantiles [-0.1]"],
  [{ quantiles: [1.1] }, "quantiles [1.1]"],
  [{ quantiles: [99] }, "quantiles [99]"],
  [{ quantiles: [NaN] }, "quantiles [NaN]"],
  [{ quantiles: [0.5, NaN] }, "quantiles [0.5,NaN]"],
  [{ quantiles: ["0.5"] }, "quantiles [0.5]"],
  [{ quantiles: [null] }, "quantiles"],
  [{ quantiles: new Array(1) }, "quantiles"],
  [{ quantiles: 0.5 }, "quantiles 0.5"],
  [{ quantiles: "0.5" }, 'quantiles "0.5"'],
  [{ quantiles: null }, "quantiles null"],
  ...[0, -1, NaN, Infinity, "600", null, 600n, {}].map((windowSeconds) =>
    [{ windowSeconds }, `windowSeconds ${display(windowSeconds)}`, "seconds above 0"] as const
  ),
];

for (const [shape, ...parts] of bad) {
  const [[option, value]] = Object.entries(shape as object);
  test(`Summary: ${option} of ${typeof value} ${display(value)} is refused`, () => {
    const registry = new MetricsRegistry();
    const define = () => registry.summary({ ...definition, ...shape as SummaryShape });
    assertThrowsWith(define, RegistrationError, "wait_seconds: ", ...parts);
  });
}

test("Summary: the label that a summary writes itself is refused, and le is not", () => {
  const registry = new MetricsRegistry();
  const define = (labels: string[]) => registry.summary({ ...definition, labels });
  assertThrowsWith(() => define(["quantile"]), RegistrationError, 'label "quantile" is reserved');
  define(["le"]).observe({ le: "1" }, 1);
});

for (const value of ["1", 1n, null, undefined, true, {}]) {
  test(`a summary refuses ${typeof value} ${display(value)}, and stays as it was`, () => {
    const { summary, quantiles } = summaryOf({ quantiles: [1] });
    summary.observe(2);
    const observe = () => summary.observe(value as number);
    const error = assertThrowsWith(observe, InvalidValueError, "wait_seconds: ", "a number");
    assertEquals(error.value, value);
    assertEquals(summary.get(), { count: 1, sum: 2 });
    assertEquals(quantiles(), [2]);
  });
}

test("Summary: a family refuses labels that do not fit", () => {
  const family = new SummaryFamily<{ a: string }>({ ...definition, labels: ["a"] });
  const observe = () => family.observe({} as { a: string }, 1);
  assertThrowsWith(observe, InvalidLabelError, "its labels are {a}");
});

test("Summary: the quantiles of a definition are copied, and nobody can change them", () => {
  const quantiles = [0.5, 0.9];
  const family = new SummaryFamily({ ...definition, quantiles });
  quantiles[0] = 7;
  assertEquals(family.quantiles, [0.5, 0.9]);
  assertThrowsWith(() => (family.quantiles as number[]).push(1), TypeError);
});

test("Summary: the same definition gives the same summary, other quantiles are another definition", () => {
  const registry = new MetricsRegistry();
  const summary = registry.summary({ ...definition, quantiles: [0.5] });
  assertStrictEquals(registry.summary({ ...definition, quantiles: [0.5] }), summary);
  for (const shape of [{}, { quantiles: [0.9] }, { quantiles: [0.5], windowSeconds: 60 }]) {
    assertThrowsWith(
      () => registry.summary({ ...definition, ...shape }),
      RegistrationError,
      "already registered as summary",
    );
  }
});

test("a summary times in seconds: by hand, a call, and a promise", () =>
  withClock(async (clock) => {
    const { summary } = summaryOf();
    const end = summary.startTimer();
    clock.advance(0.5);
    assertEquals(end(), 0.5);
    const call = () => {
      clock.advance(2);
      throw new RangeError("failed");
    };
    assertThrowsWith(() => summary.time(call), RangeError, "failed");
    const { promise, resolve } = deferred<string>();
    assertStrictEquals(summary.time(() => promise), promise);
    clock.advance(4);
    assertEquals(summary.get().count, 2);
    resolve("done");
    assertEquals(await promise, "done");
    assertEquals(summary.get(), { count: 3, sum: 6.5 });
  }));
