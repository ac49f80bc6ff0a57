import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import {
  type Collector,
  InvalidLabelError,
  InvalidValueError,
  MetricsError,
  MetricsRegistry,
  RegistrationError,
} from "../../../mod.ts";
import { Family } from "../../../src/model/family/family.ts";
import type { LabelDefinition } from "../../../src/model/family/labels.ts";
import { CounterFamily, type ErrorClass } from "../../../src/metrics/counter.ts";
import { GaugeFamily } from "../../../src/metrics/gauge.ts";
import { StateSetFamily } from "../../../src/metrics/state_set.ts";
import { SummaryFamily } from "../../../src/metrics/summary.ts";
import { HistogramFamily } from "../../../src/metrics/histogram_family.ts";
import { assertThrowsWith } from "../../support/rejects.ts";
import { collected, seriesOf } from "../../support/series.ts";

type AnyLabels = Record<string, unknown>;

function counters(labels: LabelDefinition = ["a", "b"]): CounterFamily<AnyLabels> {
  return new CounterFamily<AnyLabels>({ name: "jobs", help: "Jobs.", labels });
}

/** Pairs of label sets that are one where values are joined by some separator. */
const alike: [AnyLabels, AnyLabels][] = [
  [{ a: "x|y", b: "z" }, { a: "x", b: "y|z" }],
  [{ a: "1,b:2", b: "3" }, { a: "1", b: "2,b:3" }],
  [{ a: "x,", b: "y" }, { a: "x", b: ",y" }],
  [{ a: "x\0", b: "y" }, { a: "x", b: "\0y" }],
  [{ a: "x\xff", b: "y" }, { a: "x", b: "\xffy" }],
  [{ a: 'x"', b: "y" }, { a: "x", b: '"y' }],
  [{ a: "x\n", b: "y" }, { a: "x", b: "\ny" }],
  [{ a: "x;", b: "" }, { a: "x", b: ";" }],
  [{ a: "x", b: "" }, { a: "", b: "x" }],
  [{ a: "", b: "" }, { a: " ", b: "" }],
  [{ a: "__proto__", b: "" }, { a: "", b: "__proto__" }],
  [{ a: "constructor", b: "toString" }, { a: "toString", b: "constructor" }],
  [{ a: "undefined", b: "null" }, { a: "null", b: "undefined" }],
  [{ a: "1", b: "11" }, { a: "11", b: "1" }],
  [{ a: "e\u0301", b: "" }, { a: "\u00e9", b: "" }],
];

test("Family: different label sets are different series, whatever their values hold", () => {
  for (const [one, other] of alike) {
    const family = counters();
    family.inc(one, 1);
    family.inc(other, 2);
    family.inc(one, 10);
    assertEquals([family.labels(one).get(), family.labels(other).get()], [11, 2]);
    assertEquals(collected(family).length, 2);
  }
});

test("Family: all those label sets coexist", () => {
  const family = counters();
  const sets = new Map(alike.flat().map((set) => [JSON.stringify(set), set]));
  for (const set of sets.values()) family.inc(set);
  assertEquals(collected(family).map(([, value]) => value), Array.from(sets, () => 1));
});

test("Family: the order of a label set's keys makes no difference", () => {
  const family = counters();
  assertStrictEquals(family.labels({ a: "1", b: "2" }), family.labels({ b: "2", a: "1" }));
  family.inc({ b: "2", a: "1" });
  assertEquals(collected(family), [[{ a: "1", b: "2" }, 1]]);
});

test("Family: a label set may be changed later without an effect", () => {
  const family = counters();
  const set: AnyLabels = { a: "1", b: "2" };
  family.inc(set);
  set.a = "changed";
  family.inc(set, 5);
  delete set.b;
  assertEquals(collected(family), [[{ a: "1", b: "2" }, 1], [{ a: "changed", b: "2" }, 5]]);
});

test("Family: a child is the same each time", () => {
  const family = counters();
  const child = family.labels({ a: "1", b: "2" });
  child.inc();
  assertStrictEquals(family.labels({ a: "1", b: "2" }), child);
  assert(family.labels({ a: "1", b: "3" }) !== child);
});

const unfit: [unknown, string][] = [
  [{}, "{}"],
  [{ a: "1" }, "{a}"],
  [{ a: "1", b: "2", c: "3" }, "{a, b, c}"],
  [{ a: "1", c: "2" }, "{a, c}"],
  [{ A: "1", b: "2" }, "{A, b}"],
  [Object.create({ a: "1" }), "{}"],
  [[], "{}"],
  [["1", "2"], "{0, 1}"],
  [null, "null"],
  [undefined, "undefined"],
  ["ab", `"ab"`],
  [5, "5"],
];

test("Family: a label set with a label too many, too few or misspelt is refused, naming both", () => {
  for (const [set, shown] of unfit) {
    const family = counters();
    const calls = [
      () => family.labels(set as AnyLabels),
      () => family.inc(set as AnyLabels),
      () => family.remove(set as AnyLabels),
    ];
    for (const call of calls) {
      const error = assertThrowsWith(
        call,
        InvalidLabelError,
        `jobs: the label set ${shown} does not fit; its labels are {a, b}`,
      );
      assertEquals([error.family, error.label, error.value], ["jobs", "", set]);
    }
    assertEquals(collected(family), []);
  }
});

test("Family: a label set that does not fit is refused even if a series has its labels", () => {
  const family = counters();
  family.inc({ a: "1", b: "2" });
  for (const [set] of unfit) {
    assertThrowsWith(() => family.inc(set as AnyLabels), InvalidLabelError, "does not fit");
  }
  assertEquals(collected(family), [[{ a: "1", b: "2" }, 1]]);
});

test("Family: the error of a label set says which labels are missing and which are unknown", () => {
  const family = counters();
  const calls: ((set: AnyLabels) => unknown)[] = [
    (set) => family.labels(set),
    (set) => family.inc(set),
    (set) => family.remove(set),
    (set) => family.inc(set, -1),
  ];
  for (const call of calls) {
    const missing = `{a, b}, "a" is missing, "B" is unknown`;
    assertThrowsWith(() => call({ b: "1", B: "2" }), InvalidLabelError, missing);
  }
  const call = () => family.removeMatching({ B: "2" });
  assertEquals(assertThrowsWith(call, InvalidLabelError, `"B" is unknown`).label, "");
});

test("Family: the error of a label set with many names is still short", () => {
  const set = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`name_${at}`, "x"]));
  const error = assertThrowsWith(() => counters().inc(set), InvalidLabelError, "name_0");
  assert(error.message.length < 2000, `${error.message.length}`);
});

test("Family: a label set is its enumerable properties, whatever series exist", () => {
  class Request {
    path = "/";
    get method() {
      return "GET";
    }
  }
  const sets: [names: string[], set: unknown, fits: boolean, present: AnyLabels][] = [
    [["a", "b"], Object.create({ a: "1", b: "2" }), true, { a: "1", b: "2" }],
    [["a", "b"], Object.assign(Object.create({ a: "1" }), { b: "2" }), true, { b: "2", a: "1" }],
    [["a"], Object.assign(Object.create({ more: "2" }), { a: "1" }), true, { a: "1" }],
    [["method"], new Request(), false, { method: "GET" }],
    [["length"], ["x"], false, { length: 1 }],
    [["length"], "x", false, { length: 1 }],
    [["a"], Object.defineProperty({ x: 1 }, "a", { value: "1" }), false, { a: "1" }],
  ];
  for (const [names, set, fits, present] of sets) {
    for (const isPresent of [true, false]) {
      const family = counters(names);
      if (isPresent) family.inc(present);
      const call = () => family.inc(set as AnyLabels);
      if (fits) call();
      else assertThrowsWith(call, InvalidLabelError, "does not fit");
      const value = Number(isPresent) + Number(fits);
      const texts = Object.entries(present).map(([name, given]) => [name, String(given)]);
      assertEquals(collected(family), value === 0 ? [] : [[Object.fromEntries(texts), value]]);
    }
  }
});

test("Family: a property that somebody adds to every object does not stop recordings", () => {
  const family = counters();
  family.inc({ a: "1", b: "2" });
  const polluted = Object.prototype as { added?: string };
  polluted.added = "x";
  try {
    family.inc({ a: "1", b: "2" });
    family.inc({ a: "1", b: "3" });
  } finally {
    delete polluted.added;
  }
  assertEquals(collected(family), [[{ a: "1", b: "2" }, 2], [{ a: "1", b: "3" }, 1]]);
});

test("Family: a value that is refused makes no series", async () => {
  const base = { name: "jobs", help: "Jobs.", labels: ["a"] };
  const counter = new CounterFamily<AnyLabels>(base);
  const gauge = new GaugeFamily<AnyLabels>(base);
  const histogram = new HistogramFamily<AnyLabels>(base);
  const summary = new SummaryFamily<AnyLabels>(base);
  const states = new StateSetFamily<AnyLabels, string>({ ...base, states: ["on"] });
  const wrong = "1" as unknown as number;
  const calls: [Collector, () => void][] = [
    [counter, () => counter.inc({ a: "1" }, -1)],
    [counter, () => counter.inc({ a: "1" }, wrong)],
    [gauge, () => gauge.set({ a: "1" }, wrong)],
    [gauge, () => gauge.inc({ a: "1" }, wrong)],
    [gauge, () => gauge.dec({ a: "1" }, wrong)],
    [histogram, () => histogram.observe({ a: "1" }, wrong)],
    [summary, () => summary.observe({ a: "1" }, wrong)],
    [states, () => states.set({ a: "1" }, "off", true)],
    [states, () => states.set({ a: "1" }, "on", "false" as unknown as boolean)],
    [states, () => states.select({ a: "1" }, "off")],
    [counter, () => counter.countExceptions({ a: "1" }, () => 1, 5 as unknown as ErrorClass)],
  ];
  for (const [family, call] of calls) {
    assertThrowsWith(call, InvalidValueError, "jobs: ");
    const [snapshot] = await family.collect();
    assertEquals(snapshot.labels.rows, 0);
  }
});

test("Family: a label whose value is undefined or null is refused, not taken for absent", () => {
  const family = counters();
  for (const a of [undefined, null]) {
    const error = assertThrowsWith(
      () => family.inc({ a, b: "2" }),
      InvalidLabelError,
      `jobs: label "a": ${a} is not a label value`,
    );
    assertEquals(error.value, a);
  }
});

test("Family: labels may be named like properties of Object", () => {
  const labels = ["constructor", "toString", "length", "hasOwnProperty", "valueOf"];
  const family = counters(labels);
  const set = Object.fromEntries(labels.map((label) => [label, label]));
  assertThrowsWith(() => family.inc({}), InvalidLabelError, "the label set {} does not fit");
  family.inc(set);
  family.inc({ ...set, toString: "other" });
  assertEquals(collected(family), [[set, 1], [{ ...set, toString: "other" }, 1]]);
});

test("Family: label values may be names of properties of Object", () => {
  const family = counters();
  const values = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "undefined"];
  for (const a of values) for (const b of values) family.inc({ a, b });
  for (const a of values) for (const b of values) family.inc({ a, b });
  assertEquals(collected(family).map(([, value]) => value), Array(36).fill(2));
});

test("a family has as many labels as you like", () => {
  const labels = Array.from({ length: 40 }, (_, number) => `label_${number}`);
  const family = counters(labels);
  const set = Object.fromEntries(labels.map((label, number) => [label, number % 3]));
  family.inc(set);
  family.inc({ ...set, label_39: "last" });
  family.inc({ ...set, label_0: "first" });
  family.inc({ ...set });
  assertEquals(collected(family).map(([, value]) => value), [2, 1, 1]);
});

test("Family: series come in the order in which they were made", () => {
  const family = counters(["a"]);
  for (const a of ["b", "c", "a", "c", "b"]) family.inc({ a });
  assertEquals(collected(family), [[{ a: "b" }, 2], [{ a: "c" }, 2], [{ a: "a" }, 1]]);
});

test("Family.remove(): the series is gone, and starts anew if it is used again", () => {
  const family = counters(["a"]);
  for (const a of ["1", "2", "3"]) family.inc({ a }, 5);
  assertEquals(family.remove({ a: "2" }), true);
  assertEquals(collected(family), [[{ a: "1" }, 5], [{ a: "3" }, 5]]);
  family.inc({ a: "2" });
  assertEquals(collected(family), [[{ a: "1" }, 5], [{ a: "3" }, 5], [{ a: "2" }, 1]]);
});

test("Family.remove() returns whether there was such a series", () => {
  const family = counters(["a"]);
  assertEquals(family.remove({ a: "1" }), false);
  family.inc({ a: 1 });
  assertEquals([family.remove({ a: "1" }), family.remove({ a: "1" })], [true, false]);
  assertEquals(collected(family), []);
});

test("Family.remove(): a child that somebody keeps goes on, but is not collected", () => {
  const family = counters(["a"]);
  const kept = family.labels({ a: "1" });
  kept.inc(2);
  family.remove({ a: "1" });
  kept.inc(3);
  assertEquals(kept.get(), 5);
  assertEquals(collected(family), []);

  const fresh = family.labels({ a: "1" });
  kept.inc();
  assertEquals([fresh.get(), kept.get()], [0, 6]);
  assertEquals(collected(family), [[{ a: "1" }, 0]]);
  family.remove({ a: "1" });
  assertEquals(collected(family), []);
});

test("Family.removeMatching() removes all series with these labels", () => {
  const family = counters();
  for (const a of ["1", "2", "3"]) for (const b of ["x", "y"]) family.inc({ a, b });
  assertEquals(family.removeMatching({ a: 2 }), 2);
  assertEquals(family.removeMatching({ a: "2" }), 0);
  assertEquals(family.removeMatching({ b: "y" }), 2);
  assertEquals(family.removeMatching({ a: "1", b: "y" }), 0);
  assertEquals(collected(family), [[{ a: "1", b: "x" }, 1], [{ a: "3", b: "x" }, 1]]);
  assertEquals(family.removeMatching({}), 2);
  assertEquals(collected(family), []);
});

test("Family.removeMatching() with an empty value removes only series without the label", () => {
  const family = counters();
  family.inc({ a: "", b: "x" });
  family.inc({ a: "1", b: "x" });
  assertEquals(family.removeMatching({ a: "" }), 1);
  assertEquals(collected(family), [[{ a: "1", b: "x" }, 1]]);
});

test("Family.remove() and removeMatching() refuse labels that do not fit, and remove nothing", () => {
  const family = counters({ a: ["1", "2"], b: ["1"] });
  family.init();
  const fit = "its labels are {a, b}";
  assertThrowsWith(() => family.removeMatching({ c: "1" }), InvalidLabelError, "{c}", fit);
  assertThrowsWith(() => family.removeMatching({ a: "3" }), InvalidLabelError, "use one of 1, 2");
  assertThrowsWith(() => family.removeMatching({ a: undefined }), InvalidLabelError, "not allowed");
  assertThrowsWith(() => family.remove({ a: "3", b: "1" }), InvalidLabelError, "use one of 1, 2");
  assertEquals(collected(family).length, 2);
});

test("Family.removeMatching() refuses a value that is not a label set, and removes nothing", () => {
  for (const set of [null, undefined, "", 5]) {
    const family = counters();
    family.inc({ a: "1", b: "2" });
    const call = () => family.removeMatching(set as unknown as AnyLabels);
    assertThrowsWith(call, InvalidLabelError, "jobs: the label set", "its labels are {a, b}");
    assertEquals(collected(family).length, 1);
  }
});

test("Family.clear() removes all series, and the family goes on", () => {
  const family = counters(["a"]);
  const kept = family.labels({ a: "1" });
  family.inc({ a: "2" });
  family.clear();
  assertEquals(collected(family), []);
  kept.inc();
  family.inc({ a: "1" }, 7);
  assertEquals(collected(family), [[{ a: "1" }, 7]]);
});

test("Family.init() makes every combination of closed labels, and leaves present series", () => {
  const family = counters({ a: ["1", "2"], b: ["x", "y"] });
  family.inc({ a: "2", b: "x" }, 3);
  family.init();
  family.init();
  assertEquals(collected(family), [
    [{ a: "2", b: "x" }, 3],
    [{ a: "1", b: "x" }, 0],
    [{ a: "1", b: "y" }, 0],
    [{ a: "2", b: "y" }, 0],
  ]);
});

test("Family.init() refuses a label without a closed list, and makes nothing", () => {
  const family = counters(["open"]);
  assertThrowsWith(() => family.init(), MetricsError, `jobs: label "open" has no closed list`);
  assertEquals(collected(family), []);
});

test("Family: a snapshot never changes", () => {
  const family = counters(["a"]);
  for (const a of ["1", "2", "3"]) family.inc({ a });
  const snapshots = [family.collect()[0]];
  const expected = [[["1", 1], ["2", 1], ["3", 1]]];
  const read = () =>
    snapshots.map((snapshot) => seriesOf(snapshot).map(([{ a }, value]) => [a, value]));

  const changes: [() => unknown, (string | number)[][]][] = [
    [() => family.inc({ a: "1" }), [["1", 2], ["2", 1], ["3", 1]]],
    [() => family.inc({ a: "4" }), [["1", 2], ["2", 1], ["3", 1], ["4", 1]]],
    [() => family.remove({ a: "2" }), [["1", 2], ["3", 1], ["4", 1]]],
    [() => family.inc({ a: "2" }), [["1", 2], ["3", 1], ["4", 1], ["2", 1]]],
    [() => family.clear(), []],
    [() => family.inc({ a: "5" }), [["5", 1]]],
  ];
  for (const [change, after] of changes) {
    change();
    snapshots.push(family.collect()[0]);
    expected.push(after as [string, number][]);
    assertEquals(read(), expected);
  }
});

test("Family: thousands of series that come and go leave no trace", () => {
  const family = counters(["a"]);
  family.inc({ a: "stays" });
  // A family appends to this array until it drops what was removed.
  const { values } = family.collect()[0].labels;
  for (let cycle = 0; cycle < 20_000; cycle++) {
    family.inc({ a: cycle });
    family.remove({ a: cycle });
  }
  assert(values.length < 1000);
  assertEquals(family.collect()[0].labels.values, ["stays"]);
  assertEquals(collected(family), [[{ a: "stays" }, 1]]);
});

test("Family: one series that comes and goes does not make the family grow", () => {
  const family = counters(["a"]);
  family.inc({ a: "first" });
  const { values } = family.collect()[0].labels;
  for (let cycle = 0; cycle < 20_000; cycle++) {
    family.inc({ a: "x" });
    family.remove({ a: "x" });
  }
  assert(values.length < 1000);
  family.inc({ a: "x" });
  assertEquals(family.collect()[0].labels.values, ["first", "x"]);
});

test("Family: removals in between two collections keep the order of the rest", () => {
  const family = counters(["a"]);
  for (let number = 0; number < 1000; number++) family.inc({ a: number }, number);
  for (let number = 0; number < 1000; number++) if (number % 3 > 0) family.remove({ a: number });
  for (let number = 1000; number < 1100; number++) family.inc({ a: number }, number);
  const numbers = collected(family).map(([, value]) => value);
  const kept = Array.from({ length: 334 }, (_, number) => 3 * number);
  const added = Array.from({ length: 100 }, (_, number) => 1000 + number);
  assertEquals(numbers, [...kept, ...added]);
  for (const number of [3, 999, 1050]) assertEquals(family.labels({ a: number }).get(), number);
});

test("Family: constant labels stand before the others, on every series", () => {
  const family = new CounterFamily<AnyLabels>({
    name: "jobs",
    help: "Jobs.",
    labels: ["queue"],
    constantLabels: { env: "test", zone: "" },
  });
  family.inc({ queue: "a" });
  family.inc({ queue: "b" });
  family.remove({ queue: "a" });
  family.inc({ queue: "c" });
  const [{ labels }] = family.collect();
  assertEquals(labels.names, ["env", "zone", "queue"]);
  assertEquals(collected(family), [
    [{ env: "test", queue: "b" }, 1],
    [{ env: "test", queue: "c" }, 1],
  ]);
  assertEquals(family.removeMatching({ queue: "b" }), 1);
  assertThrowsWith(() => family.inc({ env: "test", queue: "a" }), InvalidLabelError, "{queue}");
  assertThrowsWith(() => family.removeMatching({ env: "test" }), InvalidLabelError, "{queue}");
});

test("Family: constant labels are checked as others are", () => {
  const define = (constantLabels: Record<string, unknown>) => () =>
    new CounterFamily({
      name: "jobs",
      help: "Jobs.",
      labels: ["queue"],
      constantLabels: constantLabels as Record<string, string>,
    });
  assertThrowsWith(
    define({ queue: "a" }),
    RegistrationError,
    `label "queue" is constant and variable`,
  );
  assertThrowsWith(define({ "a-b": "a" }), RegistrationError, `jobs: "a-b" is not a label name`);
  assertThrowsWith(define({ __a: "a" }), RegistrationError, `label "__a" is reserved`);
  assertThrowsWith(define({ env: null }), InvalidLabelError, `jobs: label "env": null`);
  const family = define({ env: "a\ud800" })();
  assertEquals(family.describe()[0].constantLabels, { env: "a\ufffd" });
  assertEquals(family.collect()[0].labels.names, ["env", "queue"]);
});

test("Family.describe() gives type, names and constant labels", () => {
  const definition = {
    name: "jobs_seconds",
    help: "Jobs.",
    unit: "seconds",
    labels: ["queue"],
    constantLabels: { env: "test" },
  };
  const [described, ...others] = new HistogramFamily(definition).describe();
  assertEquals(others, []);
  assertEquals(described, {
    name: "jobs_seconds",
    help: "Jobs.",
    unit: "seconds",
    type: "histogram",
    labelNames: ["env", "queue"],
    constantLabels: { env: "test" },
  });
});

test("Family: a definition that changes later changes nothing", () => {
  const definition = { name: "jobs", help: "Jobs.", labels: ["a"] };
  const family = new CounterFamily<AnyLabels>(definition);
  Object.assign(definition, { name: "other", help: "Other.", labels: ["b"] });
  family.inc({ a: "1" });
  const [{ name, help }] = family.collect();
  assertEquals([name, help], ["jobs", "Jobs."]);
});

test("childWithValue() returns the child of the label set with this value", () => {
  for (
    const [labels, values] of [
      [["a"], ["x", "", "y", 5, true]],
      [{ a: ["x", "y"] }, ["x", "y"]],
      [{ a: z.string().toUpperCase() }, ["x", "X", "y"]],
    ] as [LabelDefinition, unknown[]][]
  ) {
    const family = counters(labels);
    for (const a of values) {
      Family.childWithValue(family, a).inc();
      assertStrictEquals(Family.childWithValue(family, a), family.labels({ a }), String(a));
      Family.childWithValue(family, a).inc();
    }
    const total = collected(family).reduce((sum, [, value]) => sum + Number(value), 0);
    assertEquals(total, values.length * 2);
    family.remove({ a: "x" });
    assertEquals(Family.childWithValue(family, "x").get(), 0);
  }
});

test("childWithValue(): a value that had no room gets its series once there is room", () => {
  const cardinality = { seriesPerFamily: 1, onOverflow() {} };
  const registry = new MetricsRegistry({ cardinality });
  const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["a"] });
  for (const a of ["x", "y", "y"]) Family.childWithValue(jobs, a).inc();
  assertEquals(collected(jobs), [[{ a: "x" }, 1], [{ otel_metric_overflow: "true" }, 2]]);
  jobs.remove({ a: "x" });
  for (const a of ["y", "x"]) Family.childWithValue(jobs, a).inc();
  assertEquals(collected(jobs), [[{ otel_metric_overflow: "true" }, 3], [{ a: "y" }, 1]]);
});

test("childWithValue() finds more values than it caches", () => {
  const family = counters(["a"]);
  const values = Array.from({ length: 200 }, (_, at) => `value ${at}`);
  for (const a of [...values, ...values]) Family.childWithValue(family, a).inc();
  assertEquals(collected(family), values.map((a) => [{ a }, 2]));
});

test("childWithValue() refuses what the rule of the label refuses, and a family without exactly one label", () => {
  assertThrowsWith(
    () => Family.childWithValue(counters({ a: ["x"] }), "y"),
    InvalidLabelError,
    "jobs",
    "y",
    "x",
  );
  for (const labels of [[], ["a", "b"]]) {
    const family = counters(labels);
    if (labels.length > 0) family.inc({ a: "x", b: "y" });
    const error = assertThrowsWith(
      () => Family.childWithValue(family, "x"),
      InvalidLabelError,
      "jobs",
      "x",
      labels.join(", "),
    );
    assertEquals([error.label, error.value], ["", "x"]);
    assertEquals(collected(family).length, labels.length > 0 ? 1 : 0);
  }
});
