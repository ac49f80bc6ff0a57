import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { mock, test } from "node:test";
import { ClientSummary, type SummaryConfiguration } from "../../../src/clients/metrics/summary.ts";
import { type ClientProfile, promClient } from "../../../src/clients/profile.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const names: string[] = [];

class Summary extends ClientSummary<string> {
  protected override get profile(): ClientProfile {
    return promClient;
  }

  protected override get register() {
    return {
      contentType: "text/plain",
      registerMetric: ({ name }: { readonly name: string }): void => void names.push(name),
      removeSingleMetric: (name: string): void => void names.splice(names.indexOf(name), 1),
    };
  }
}

function summaryOf(config: Partial<SummaryConfiguration<string>> = {}): Summary {
  return new Summary({
    name: "a",
    help: "Some help.",
    registers: [],
    percentiles: [0.5],
    ...config,
  });
}

const labelled = { labelNames: ["a", "b"] };

test("a summary gives quantiles, sum and count of each series", async () => {
  const summary = summaryOf({ ...labelled, percentiles: [0.5, 0.9] });
  summary.observe({ b: 1, a: "x" }, 2);
  summary.observe({ b: 1, a: "x" }, 4);
  summary.observe({ a: "y" }, 8);
  const first = { b: 1, a: "x" };
  assertEquals(await summary.get(), {
    name: "a",
    help: "Some help.",
    type: "summary",
    values: [
      { labels: { quantile: 0.5, ...first }, value: 3 },
      { labels: { quantile: 0.9, ...first }, value: 4 },
      { metricName: "a_sum", labels: first, value: 6 },
      { metricName: "a_count", labels: first, value: 2 },
      { labels: { quantile: 0.5, a: "y" }, value: 8 },
      { labels: { quantile: 0.9, a: "y" }, value: 8 },
      { metricName: "a_sum", labels: { a: "y" }, value: 8 },
      { metricName: "a_count", labels: { a: "y" }, value: 1 },
    ],
    aggregator: "sum",
  } as never);
});

test("a summary without labels has a series from the start, one with labels none", () => {
  const values = summaryOf({ percentiles: [0.1, 0.2] }).values();
  assertEquals(values.map(({ value }) => value), [0, 0, 0, 0]);
  assertEquals(summaryOf(labelled).values(), []);
});

test("the shapes of the samples are in the order of the numbers", () => {
  const summary = summaryOf({ percentiles: [0.25, 1] });
  for (const value of [1, 2, 3, 4]) summary.observe(value);
  const numbers: number[] = [];
  summary.readNumbers(summary.allCells()[0]!, numbers);
  assertEquals(numbers, summary.values().map(({ value }) => value));
  assertEquals(numbers, [1.5, 4, 10, 4]);
  const shown = summary.shapes().map(({ suffix, own }) => `${suffix}${own?.name ?? ""}`);
  assertEquals(shown, ["quantile", "quantile", "_sum", "_count"]);
  assertEquals(summary.shapes(), summary.shapes());
  summary.percentiles = [0.5];
  assertEquals(summary.shapes().map(({ own }) => own?.value), [0.5, undefined, undefined]);
  (summary.percentiles as number[]).push(0.9);
  assertEquals(summary.shapes().map(({ own }) => own?.value), [0.5, 0.9, undefined, undefined]);
  (summary.percentiles as number[])[0] = 0.6;
  assertEquals(summary.shapes().map(({ own }) => own?.value), [0.6, 0.9, undefined, undefined]);
});

test("the quantiles are those of the clients unless others are given", () => {
  const summary = new Summary({ name: "a", help: "Some help.", registers: [] });
  assertEquals(summary.percentiles, [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999]);
  assertEquals(summary.compressCount, 1000);
});

test("what is no finite number is refused, and named", () => {
  const summary = summaryOf(labelled);
  const refused: [unknown[], string][] = [
    [[], "{}"],
    [[null], "{}"],
    [[NaN], "{}"],
    [["5"], '"5"'],
    [[true], "true"],
    [[Infinity], "Infinity"],
    [[{ a: "x" }], "{ a: 'x' }"],
    [[{ a: "x" }, NaN], "NaN"],
    [[{ a: "x" }, "5"], "5"],
    [[{ a: "x" }, null], "null"],
  ];
  for (const [given, shown] of refused) {
    const message = given[0] === "5"
      ? `Added label "0" is not included in initial labelset: [ 'a', 'b' ]`
      : `Value is not a valid number: ${shown}`;
    const error = assertThrows(() => summary.observe(...given as [number]), Error);
    assertEquals(error.message, message);
  }
  assertEquals(summary.values(), []);
});

test("an unknown label is refused before the value is looked at", () => {
  const summary = summaryOf(labelled);
  const message = `Added label "c" is not included in initial labelset: [ 'a', 'b' ]`;
  const calls = [
    () => summary.observe({ a: "x", c: "y" }, 1),
    () => summary.observe({ c: "y" }),
    () => summary.labels({ c: "y" }),
    () => summary.remove({ c: "y" }),
    () => summary.startTimer({ c: "y" })(),
  ];
  for (const call of calls) assertEquals(assertThrows(call, Error).message, message);
});

test("a text in place of labels is refused, also if there is a series without labels", () => {
  const summary = summaryOf(labelled);
  summary.observe(0);
  const error = assertThrows(() => summary.observe("5" as never, 3), Error);
  assertEquals(error.message, `Added label "0" is not included in initial labelset: [ 'a', 'b' ]`);
  assertEquals(summary.values().map(({ value }) => value), [0, 0, 1]);
});

test("a number or nothing in place of labels is the series without labels", () => {
  const summary = summaryOf(labelled);
  summary.observe(1);
  summary.observe(0);
  summary.observe(5, 2);
  summary.observe(undefined, 3);
  summary.observe(null, 4);
  summary.observe({}, 5);
  assertEquals(summary.values().slice(1), [
    { metricName: "a_sum", labels: {}, value: 15 },
    { metricName: "a_count", labels: {}, value: 6 },
  ]);
});

test("a child records to its series, also after it was removed", () => {
  const summary = summaryOf(labelled);
  const { observe } = summary.labels("x", "y");
  assertEquals(summary.values(), []);
  observe(1);
  observe(2);
  assertEquals(summary.values().map(({ value }) => value), [1.5, 3, 2]);
  summary.remove("x", "y");
  assertEquals(summary.values(), []);
  observe(7);
  summary.labels({ b: "y", a: "x" }).observe(9);
  summary.labels("x", "y").observe(11);
  assertEquals(summary.values().map(({ value }) => value), [9, 27, 3]);
  assertEquals(summary.values()[1]!.labels, { a: "x", b: "y" });
  const error = assertThrows(() => observe(NaN), TypeError);
  assertEquals(error.message, "Value is not a valid number: NaN");
  assertEquals(summary.values().map(({ value }) => value), [9, 27, 3]);
});

test("a child of a summary without labels needs none, and one by position needs all", () => {
  const summary = summaryOf();
  summary.labels().observe(4);
  summary.labels(null).observe(6);
  assertEquals(summary.values().map(({ value }) => value), [5, 10, 2]);
  const error = assertThrows(() => summaryOf(labelled).labels("x"), Error);
  assertEquals(
    error.message,
    'Invalid number of arguments (1): "x" for label names (2): "a, b".',
  );
});

test("labels that are changed after they were passed change nothing", () => {
  const summary = summaryOf(labelled);
  const labels = { a: "x" };
  const child = summary.labels(labels);
  labels.a = "changed";
  child.observe(1);
  assertEquals(summary.values()[1]!.labels, { a: "x" });
});

test("a reset leaves all series, at 0", () => {
  const summary = summaryOf(labelled);
  const child = summary.labels("x", "y");
  child.observe(5);
  summary.reset();
  assertEquals(summary.values().map(({ value }) => value), [0, 0, 0]);
  child.observe(3);
  assertEquals(summary.values().map(({ value }) => value), [3, 3, 1]);
});

test("series begin anew when their counts are set back, but not in what was read before", async () => {
  const summary = summaryOf(labelled);
  await withWallClock(() => {
    for (const a of ["x", "y", "z"]) summary.observe({ a }, 1);
  }, 100);
  summary.remove({ a: "y" });
  const { created: before } = summary.allSeries();
  await withWallClock(() => summary.reset(), 200);
  await withWallClock(() => summary.observe({ a: "w" }, 1), 300);
  assertEquals(before, [100, 100]);
  assertEquals(summary.allSeries().created, [200, 200, 300]);
  const plain = summaryOf();
  await withWallClock(() => plain.reset(), 400);
  assertEquals(plain.allSeries().created, [400]);
});

test("a timer records seconds, with the labels of its end before those of its start", () => {
  let now = 10_500_000_000;
  const hrtime = mock.method(process, "hrtime", (since = [0, 0]) => {
    const passed = now - since[0]! * 1e9 - since[1]!;
    return [Math.floor(passed / 1e9), passed % 1e9];
  });
  try {
    const summary = summaryOf(labelled);
    const end = summary.startTimer({ a: "x", b: "y" });
    const ends = [end, summary.labels("x", "z").startTimer(), summary.startTimer()];
    now += 1_250_000_000;
    assertEquals(ends.map((end) => end({ b: "end" })), [1.25, 1.25, 1.25]);
    now += 1_000_000_000;
    assertEquals(end(), 2.25);
    assertEquals(
      summary.values().filter(({ metricName }) => metricName === "a_count"),
      [
        { metricName: "a_count", labels: { a: "x", b: "end" }, value: 2 },
        { metricName: "a_count", labels: { b: "end" }, value: 1 },
        { metricName: "a_count", labels: { a: "x", b: "y" }, value: 1 },
      ],
    );
  } finally {
    hrtime.mock.restore();
  }
});

test("a series whose values are all too old is removed, if that is asked for", () => {
  let now = 1_700_000_000_000;
  const clock = mock.method(Date, "now", () => now);
  try {
    for (const pruneAgedBuckets of [true, false]) {
      const aging = { maxAgeSeconds: 2, ageBuckets: 2, pruneAgedBuckets };
      const summary = summaryOf({ ...labelled, ...aging });
      const child = summary.labels("x", "y");
      child.observe(1);
      now += 1500;
      summary.observe({ a: "later" }, 2);
      now += 1500;
      assertEquals(summary.values().length, pruneAgedBuckets ? 3 : 6);
      child.observe(5);
      const values = summary.values().map(({ value }) => value);
      assertEquals(values, pruneAgedBuckets ? [2, 2, 1, 5, 5, 1] : [5, 6, 2, 2, 2, 1]);
    }
    const only = summaryOf({ maxAgeSeconds: 1, ageBuckets: 1, pruneAgedBuckets: true });
    assertEquals(only.values(), []);
    only.observe(1);
    assertEquals(only.values().length, 3);
  } finally {
    clock.mock.restore();
  }
});

test("`collect` is called before the values are read, and awaited if it gives a promise", async () => {
  const now = summaryOf({ collect: () => now.observe(1) });
  assertEquals((await now.get()).values.at(-1)!.value, 1);
  const later = summaryOf({
    collect: async () => {
      await Promise.resolve();
      later.observe(1);
    },
  });
  assertEquals((await later.get()).values.at(-1)!.value, 1);
  const failing = summaryOf({ collect: () => Promise.reject(new Error("no values")) });
  await assertRejects(() => failing.get(), Error, "no values");
});

test("a label named `quantile` is refused, and the summary is in no registry", () => {
  const config = { name: "quantiles", help: "Some help.", labelNames: ["quantile"] };
  const error = assertThrows(() => new Summary(config), Error);
  assertEquals(error.message, "quantile is a reserved label keyword");
  assertEquals(names, []);
  new Summary({ ...config, labelNames: [] });
  assertEquals(names, ["quantiles"]);
});

test("a program that changes an entry of hashMap changes the count and sum", async () => {
  const summary = summaryOf({ labelNames: ["a"] });
  summary.observe({ a: "x" }, 3);
  Object.assign(summary.hashMap["a:x,"]!, { count: 5, sum: 20 });
  summary.hashMap["a:y,"] = { labels: { a: "y" } };
  assertEquals((await summary.get()).values.map(({ value }) => value), [3, 20, 5, 0, 0, 0]);
});
