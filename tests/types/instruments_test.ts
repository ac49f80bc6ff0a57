import { assertEquals, assertThrows } from "@std/assert";
import { Hono } from "hono";
import { test } from "node:test";
import {
  type Collector,
  constGauge,
  type Counter,
  createMetricsApp,
  type Gatherer,
  type Gauge,
  type Histogram,
  InvalidLabelError,
  InvalidValueError,
  type LabelValue,
  type Logger,
  type MetricFamily,
  MetricsRegistry,
  RegistrationError,
} from "../../mod.ts";
import { same } from "../support/types.ts";

const named = (name: string): { readonly name: string; readonly help: string } => ({
  name,
  help: "Help.",
});

test("instrument types: a definition without labels makes the instrument itself, which takes none", () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter(named("c"));
  const gauge = registry.gauge(named("g"));
  const histogram = registry.histogram(named("h"));
  same<typeof counter, Counter>(true);
  same<typeof gauge, Gauge>(true);
  same<typeof histogram, Histogram>(true);
  counter.inc();
  counter.inc(2);
  gauge.set(1);
  histogram.observe(1);

  // @ts-expect-error it has no labels
  assertThrows(() => counter.inc({ a: "1" }), InvalidValueError);
  // @ts-expect-error it has no labels
  assertThrows(() => counter.inc({}), InvalidValueError);
  // @ts-expect-error it has no labels
  assertThrows(() => gauge.set({ a: "1" }, 1), InvalidValueError);
  // @ts-expect-error it has no labels
  assertThrows(() => histogram.observe({ a: "1" }, 1), InvalidValueError);
  // @ts-expect-error it has no children
  assertThrows(() => counter.labels({}), TypeError);
  // @ts-expect-error it has no series to remove
  assertThrows(() => gauge.remove({}), TypeError);
});

test("instrument types: labels that are undefined are no labels", () => {
  const counter = new MetricsRegistry().counter({ ...named("c"), labels: undefined });
  same<typeof counter, Counter>(true);
  counter.inc();
});

test("instrument types: a family has none of the methods that need a single series", () => {
  const registry = new MetricsRegistry();
  const counter = registry.counter({ ...named("c"), labels: ["a"] });
  const gauge = registry.gauge({ ...named("g"), labels: ["a"] });
  const histogram = registry.histogram({ ...named("h"), labels: ["a"] });
  // @ts-expect-error which series?
  assertThrows(() => counter.inc(), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => counter.inc(5), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => counter.get(), TypeError);
  // @ts-expect-error which series?
  assertThrows(() => counter.countExceptions(() => 1), InvalidValueError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.set(5), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.dec(), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.setToCurrentTime(), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.trackInProgress(() => 1), InvalidValueError);
  // @ts-expect-error which series?
  assertThrows(() => histogram.observe(5), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => histogram.time(() => 1), InvalidValueError);
  // @ts-expect-error which series?
  assertThrows(() => histogram.startTimer()(), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.startTimer()(), InvalidLabelError);
  // @ts-expect-error which series?
  assertThrows(() => gauge.time(() => 1), InvalidValueError);
});

test("instrument types: a family has the methods of its instruments, with the labels first", () => {
  const registry = new MetricsRegistry();
  const labels = ["a"] as const;
  const counter = registry.counter({ ...named("c"), labels });
  const gauge = registry.gauge({ ...named("g"), labels });
  const histogram = registry.histogram({ ...named("h"), labels });
  const summary = registry.summary({ ...named("s"), labels });
  const set = { a: "1" };
  const counted = counter.countExceptions(set, () => [true], RangeError);
  const tracked = gauge.trackInProgress(set, () => Promise.resolve(5));
  const measured = gauge.time(set, () => 5);
  const timed = histogram.time(set, function* () {
    yield "text";
  });
  const summed = summary.time(set, () => undefined);
  same<typeof counted, boolean[]>(true);
  same<typeof tracked, Promise<number>>(true);
  same<typeof measured, number>(true);
  same<typeof timed, Generator<string, void, unknown>>(true);
  same<typeof summed, undefined>(true);
  for (const family of [gauge, histogram, summary]) {
    const end = family.startTimer(set);
    const endWith = family.startTimer();
    same<typeof end, () => number>(true);
    same<typeof endWith, (set: { readonly a: LabelValue }) => number>(true);
    assertEquals([typeof end(), typeof endWith(set)], ["number", "number"]);
    // @ts-expect-error it has its labels already
    end(set);
    // @ts-expect-error a label is misspelt
    assertThrows(() => family.startTimer({ b: "1" }), InvalidLabelError);
    // @ts-expect-error a label is misspelt
    assertThrows(() => endWith({ b: "1" }), InvalidLabelError);
  }
  // @ts-expect-error a label is misspelt
  assertThrows(() => counter.countExceptions({ b: "1" }, () => 1), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => gauge.trackInProgress({ b: "1" }, () => 1), InvalidLabelError);
  // @ts-expect-error a label is misspelt
  assertThrows(() => gauge.setToCurrentTime({ b: "1" }), InvalidLabelError);
  // @ts-expect-error a number is no function
  assertThrows(() => histogram.time(set, 5), InvalidValueError);
});

test("instrument types: an instrument takes numbers", () => {
  const registry = new MetricsRegistry();
  const [counter, gauge] = [registry.counter(named("c")), registry.gauge(named("g"))];
  const histogram = registry.histogram(named("h"));
  // @ts-expect-error a text is no number
  assertThrows(() => counter.inc("1"), InvalidValueError);
  // @ts-expect-error a bigint is no number
  assertThrows(() => counter.inc(1n), InvalidValueError);
  // @ts-expect-error nothing is no number
  assertThrows(() => gauge.set(), InvalidValueError);
  // @ts-expect-error null is no number
  assertThrows(() => gauge.set(null), InvalidValueError);
  // @ts-expect-error a date is no number
  assertThrows(() => gauge.set(new Date(0)), InvalidValueError);
  // @ts-expect-error nothing is no number
  assertThrows(() => histogram.observe(), InvalidValueError);
});

test("instrument types: a counter does not go down", () => {
  const counter = new MetricsRegistry().counter(named("c"));
  // @ts-expect-error a counter only grows
  assertThrows(() => counter.dec(), TypeError);
  // @ts-expect-error a counter only grows
  assertThrows(() => counter.set(5), TypeError);
});

test("instrument types: name and help are mandatory", () => {
  const registry = new MetricsRegistry();
  // @ts-expect-error there is no help
  assertThrows(() => registry.counter({ name: "c" }), RegistrationError);
  // @ts-expect-error there is no name
  assertThrows(() => registry.gauge({ help: "Help." }), RegistrationError);
  // @ts-expect-error there is no help
  assertThrows(() => registry.histogram({ name: "h", labels: ["a"] }), RegistrationError);
  // @ts-expect-error there is no definition
  assertThrows(() => registry.counter(), RegistrationError);
});

test("instrument types: only a histogram has buckets", () => {
  const registry = new MetricsRegistry();
  registry.histogram({ ...named("h"), buckets: [1, 2] as const });
  // @ts-expect-error a counter has no buckets
  assertThrows(() => registry.counter({ ...named("c"), buckets: [1, 2] }), RegistrationError);
  // @ts-expect-error a gauge has no buckets
  assertThrows(() => registry.gauge({ ...named("g"), buckets: [1, 2] }), RegistrationError);
});

test("instrument types: timing gives back the type of what was called", () => {
  const registry = new MetricsRegistry();
  const [counter, gauge] = [registry.counter(named("c")), registry.gauge(named("g"))];
  const histogram = registry.histogram(named("h"));
  const timed = histogram.time(() => Promise.resolve("text"));
  const tracked = gauge.trackInProgress(() => 5);
  const counted = counter.countExceptions(() => [true], RangeError);
  const measured = gauge.time(() => undefined);
  same<typeof timed, Promise<string>>(true);
  same<typeof tracked, number>(true);
  same<typeof counted, boolean[]>(true);
  same<typeof measured, undefined>(true);
  assertEquals([tracked, counted, measured], [5, [true], undefined]);
});

test("instrument types: a collector answers at once or by a promise, with families", () => {
  const family = constGauge({ ...named("g"), samples: [{ labels: { a: "1" }, value: 1 }] });
  const collectors: Collector[] = [
    { collect: () => [family] },
    { collect: () => Promise.resolve([family]) },
    { collect: (signal) => signal?.aborted ? [] : [family] },
  ];
  // @ts-expect-error a text is no family
  collectors.push({ collect: () => ["g 1"] });
  // @ts-expect-error one family is no list of them
  collectors.push({ collect: () => family });
  // @ts-expect-error there must be an answer
  collectors.push({ collect: () => {} });
  assertEquals(collectors.length, 6);
});

test("instrument types: a sample of a constant metric has text labels and a number", () => {
  // @ts-expect-error a number is no label of a constant metric
  constGauge({ ...named("g"), samples: [{ labels: { a: 1 }, value: 1 }] });
  // @ts-expect-error a text is no value
  assertThrows(() => constGauge({ ...named("g"), samples: [{ value: "1" }] }));
  // @ts-expect-error there is no value
  assertThrows(() => constGauge({ ...named("g"), samples: [{ labels: { a: "1" } }] }));
});

test("instrument types: a snapshot is readonly", () => {
  const family: MetricFamily = constGauge({ ...named("g"), samples: [] });
  const change = () => {
    // @ts-expect-error a snapshot is not changed
    family.name = "other";
    // @ts-expect-error nor are its labels
    family.labels.names.push("a");
  };
  assertEquals(typeof change, "function");
});

test("instrument types: registries, apps and loggers fit where they should", () => {
  const registry = new MetricsRegistry();
  const gatherer: Gatherer = registry;
  const app: Hono = createMetricsApp({ registry: gatherer });
  new Hono().route("/ops", app);
  const logger: Logger = console;
  createMetricsApp({ registry, logger });
  // @ts-expect-error a logger has three levels
  assertThrows(() => createMetricsApp({ registry, logger: { info() {}, warn() {} } }));
  // @ts-expect-error an option is misspelt
  assertThrows(() => createMetricsApp({ registri: registry }));
});
