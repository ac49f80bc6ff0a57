import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { test } from "node:test";
import {
  constCounter,
  constGauge,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
  type GaugeMerge,
  type LabelRecord,
  type MetricFamily,
  RegistrationError,
} from "../../../mod.ts";
import { labelTable, type NativeBuckets } from "../../../src/core.ts";
import { Sums } from "../../../src/aggregate/sums/sums.ts";
import type { SumsOptions } from "../../../src/aggregate/sums/sums_options.ts";
import type { AnyFamily } from "../../../src/model/metric_types.ts";
import { familyOf } from "../../support/typed_family.ts";
import { seriesOf } from "../../support/series.ts";

type Sample = readonly [labels: LabelRecord, value: number];

const samplesOf = (samples: readonly Sample[]) =>
  samples.map(([labels, value]) => ({ labels, value }));
const counter = (name: string, ...samples: readonly Sample[]) =>
  constCounter({ name, help: "Help.", samples: samplesOf(samples) });
const gauge = (name: string, merge: GaugeMerge | undefined, ...samples: readonly Sample[]) => ({
  ...constGauge({ name, help: "Help.", samples: samplesOf(samples) }),
  ...merge && { merge },
});

const sumsOf = (options: Partial<SumsOptions> = {}) =>
  new Sums({ staleSeconds: 300, zeroSeconds: 0, ...options });

/** What a client sends, and what is refused. */
const send = (sums: Sums, now: number, ...families: readonly MetricFamily[]) =>
  sums.apply(families.map((family) => ({ family })), { client: "a", time: now, now });
const sendAs = (sums: Sums, client: string, now: number, ...families: readonly MetricFamily[]) =>
  sums.apply(families.map((family) => ({ family })), { client, time: now, now });

/** The only family, once all its series were shown. */
const shown = (sums: Sums, now = 1000): MetricFamily => {
  sums.show(now - 1);
  const [family, ...others] = sums.families(now);
  assertEquals(others, []);
  return family;
};

test("Sums add up counters of all clients, and never round twice", () => {
  const sums = sumsOf();
  for (let times = 0; times < 10; times++) {
    sendAs(sums, `client ${times}`, times, counter("jobs_total", [{}, 0.1]));
  }
  const [delta] = sums.exact(1000);
  assertEquals((delta.family as AnyFamily).values, Float64Array.of(0));
  assertEquals(seriesOf(shown(sums)), [[{}, 1]]);
  assertEquals(sums.exact(1000)[0].rests, new Map([["values", new Map([[0, [2 ** -54]]])]]));
});

test("Sums find a series whatever the order of its labels, and without the empty ones", () => {
  const sums = sumsOf();
  send(sums, 1, counter("jobs_total", [{ a: "1", b: "2" }, 1]));
  send(sums, 2, counter("jobs_total", [{ b: "2", a: "1" }, 1], [{ b: "", c: "3" }, 5]));
  send(sums, 3, counter("jobs_total", [{ a: "1", b: "2", d: "" }, 1], [{ c: "3" }, 5]));
  const family = shown(sums);
  assertEquals(seriesOf(family), [[{ a: "1", b: "2" }, 3], [{ c: "3" }, 10]]);
  assertEquals(family.labels.names, ["a", "b", "c"]);
});

test("Sums give pages the same label lists, and pages never change", () => {
  const sums = sumsOf();
  send(sums, 1, counter("jobs_total", [{ a: "1" }, 1]));
  const first = shown(sums, 5);
  send(sums, 6, counter("jobs_total", [{ a: "2" }, 1], [{ a: "1" }, 2]));
  const second = shown(sums, 10);
  assertEquals(seriesOf(first), [[{ a: "1" }, 1]]);
  assertEquals(seriesOf(second), [[{ a: "1" }, 3], [{ a: "2" }, 1]]);
  assert(first.labels.names === second.labels.names);
  assert(first.labels.values === second.labels.values);
  assert(shown(sums, 11) === second);
  assertEquals([...(second as AnyFamily).created as Float64Array], [1, 6]);
});

test("Sums show a new series as 0 on the first page, and for zeroSeconds after it", () => {
  const sums = sumsOf({ zeroSeconds: 15 });
  const valuesAt = (now: number) => [...(sums.families(now)[0] as AnyFamily).values!];
  send(sums, 1, counter("jobs_total", [{ a: "1" }, 7]));
  assert(sums.hasNewborns);
  assertEquals(valuesAt(2), [0]);
  sums.show(2);
  assert(!sums.hasNewborns);
  send(sums, 10, counter("jobs_total", [{ a: "2" }, 9]));
  assertEquals(valuesAt(16), [0, 0]);
  sums.show(16);
  assertEquals(valuesAt(17), [7, 0]);
  assertEquals(valuesAt(30), [7, 0]);
  assertEquals(valuesAt(31), [7, 9]);
});

test("Sums show a new histogram without observations, exemplars and native ones", () => {
  const exemplar = { labels: { trace_id: "t" }, value: 0.5, timestamp: 1 };
  const buckets = { indexes: [1], counts: [1] };
  const native = {
    schema: 3,
    zeroThreshold: 2 ** -128,
    zeroCount: 1,
    positive: buckets,
    negative: { indexes: [], counts: [] },
    exemplars: [exemplar],
  };
  const delta = {
    ...constHistogram({ name: "h", help: "", bounds: [1], samples: [{ buckets: [1, 1], sum: 3 }] }),
    exemplars: [exemplar, undefined],
    native: [native],
  };
  const sums = sumsOf();
  send(sums, 1, delta);
  const [zero] = sums.families(2) as readonly AnyFamily[];
  const none = { indexes: [], counts: [] };
  assertEquals([...zero.buckets!, ...zero.sums!], [0, 0, 0]);
  assertEquals(zero.exemplars, [undefined, undefined]);
  assertEquals(zero.native, [
    { ...native, zeroCount: 0, positive: none, negative: none, exemplars: [] },
  ]);
  sums.show(2);
  send(sums, 3, delta);
  const [family] = sums.families(4) as readonly AnyFamily[];
  assertEquals([...family.buckets!, ...family.sums!], [2, 2, 6]);
  assertEquals(family.exemplars, [exemplar, undefined]);
  const [sum] = family.native!;
  assertEquals([sum.zeroCount, sum.positive], [2, { indexes: [1], counts: [2] }]);
});

test("Sums have no native buckets once a client sent none", () => {
  const family = constHistogram({
    name: "h",
    help: "",
    bounds: [],
    samples: [{ buckets: [1], sum: 1 }],
  });
  const native = [nativeOf([0], [1])];
  const sums = sumsOf();
  send(sums, 1, { ...family, native });
  assertEquals((shown(sums, 3) as AnyFamily).native, native);
  send(sums, 4, family);
  send(sums, 5, { ...family, native });
  assertEquals((shown(sums, 7) as AnyFamily).native, undefined);
});

test("Sums keep native buckets of many clients few, at a coarser resolution", () => {
  const samples = [{ buckets: [600], sum: 1 }];
  const family = constHistogram({ name: "h", help: "", bounds: [], samples });
  const sums = sumsOf();
  for (const first of [0, 600]) {
    const indexes = Array.from({ length: 600 }, (_, at) => first + at);
    send(sums, 1, { ...family, native: [nativeOf(indexes, indexes.map(() => 1), 8)] });
  }
  const [{ schema, positive }] = (shown(sums) as AnyFamily).native!;
  assertEquals([schema, positive.indexes.length], [7, 601]);
  assertEquals(positive.counts.reduce((sum, each) => sum + each), 1200);
});

test("Sums refuse more observations than native buckets count", () => {
  const count = 2 ** 53 - 1;
  const samples = [{ buckets: [count], sum: 0 }];
  const family = constHistogram({ name: "h", help: "", bounds: [], samples });
  const delta = { ...family, native: [nativeOf([1], [count])] };
  const sums = sumsOf();
  assertEquals(send(sums, 1, delta), []);
  const [{ reason }] = send(sums, 2, delta);
  assertMatch(reason, /^h: a series would have 18014398509481982 observations/);
  assertEquals([...(shown(sums) as AnyFamily).buckets!], [count]);
});

test("Sums show the value that was set last, not later than now", () => {
  const sums = sumsOf();
  const at = (time: number, value: number) => ({
    ...gauge("temperature", "mostRecent", [{}, value]),
    times: Float64Array.of(time),
  });
  sendAs(sums, "a", 100, at(50, 1));
  sendAs(sums, "b", 101, at(40, 2));
  assertEquals(seriesOf(shown(sums)), [[{}, 1]]);
  sendAs(sums, "b", 102, at(9999, 3));
  sendAs(sums, "a", 103, at(103, 4));
  assertEquals(seriesOf(shown(sums)), [[{}, 4]]);
  sendAs(sums, "a", 104, gauge("temperature", undefined, [{}, 5]));
  assertEquals(seriesOf(shown(sums)), [[{}, 5]]);
});

test("Sums combine gauges of clients that live by their merge", () => {
  const merges = ["sum", "liveSum", "max", "liveMax", "min", "liveMin", "liveMostRecent"] as const;
  const values = merges.map((merge) => {
    const sums = sumsOf();
    sendAs(sums, "a", 1, gauge("g", merge, [{}, 5]));
    sendAs(sums, "b", 2, gauge("g", merge, [{}, 3]));
    sendAs(sums, "c", 3, gauge("g", merge, [{}, 4]));
    sendAs(sums, "b", 4, gauge("g", merge, [{}, 2]));
    return [merge, ...(shown(sums, 5) as AnyFamily).values!];
  });
  assertEquals(values, [
    ["sum", 11],
    ["liveSum", 11],
    ["max", 5],
    ["liveMax", 5],
    ["min", 2],
    ["liveMin", 2],
    ["liveMostRecent", 2],
  ]);
});

test("Sums combine series of clients that have them in another order, or have others", () => {
  const sums = sumsOf();
  const [one, two, three] = [{ x: "1" }, { x: "2" }, { x: "3" }];
  sendAs(sums, "a", 1, gauge("g", "max", [one, 1], [two, 5]));
  sendAs(sums, "b", 2, gauge("g", "max", [three, 7], [two, 3], [one, 2]));
  sums.apply([{ family: gauge("g", "max"), gone: labelTable([one]) }], {
    client: "a",
    time: 3,
    now: 3,
  });
  sendAs(sums, "a", 3, gauge("g", "max", [one, 4]));
  assertEquals(sums.families(4).flatMap(seriesOf), [[one, 4], [two, 5], [three, 7]]);
});

test("Sums combine state sets, unknown values and distributions of clients that live", () => {
  const states = (...on: readonly string[]) =>
    constStateSet({ name: "pump", help: "", states: ["x", "y"], samples: [{ on }] });
  const unknown = constUnknown({ name: "u", help: "", samples: [{ value: 2 }] });
  const sums = sumsOf();
  sendAs(sums, "a", 1, states("x"), unknown, familyOf("gaugehistogram", "files"));
  sendAs(sums, "b", 1, states(), unknown, familyOf("gaugehistogram", "files"));
  const [files, pump, value] = sums.families(2) as readonly AnyFamily[];
  assertEquals([...files.buckets!, ...files.sums!], [2, 0, 2]);
  assertEquals([...pump.values!], [1, 0]);
  assertEquals([...value.values!], [4]);
});

test("Sums have infos by presence, and summaries without quantiles", () => {
  const sums = sumsOf();
  const summary = constSummary({
    name: "s",
    help: "",
    samples: [{ count: 2, sum: 3 }],
  });
  send(sums, 1, constInfo({ name: "build_info", help: "", samples: [{ labels: { v: "1" } }] }));
  sendAs(sums, "b", 1, summary, familyOf("info", "build_info", { labels: { v: "1" } }));
  sums.show(2);
  const [info, total] = sums.families(3) as readonly AnyFamily[];
  assertEquals([info.labels.rows, info.labels.values], [1, ["1"]]);
  assertEquals([...total.counts!, ...total.sums!], [2, 3]);
  assertEquals([total.quantiles, total.values], [[], new Float64Array(0)]);
});

test("Sums refuse another definition, and apply the other families", () => {
  const bounds = (...bounds: readonly number[]) =>
    constHistogram({
      name: "h",
      help: "",
      bounds,
      samples: [{ buckets: [1, ...bounds.map(() => 0)], sum: 1 }],
    });
  const first = [
    counter("a_total", [{}, 1]),
    { ...gauge("b_seconds", undefined, [{}, 1]), unit: "seconds" },
    bounds(1, 2),
    gauge("g", "liveMax", [{}, 1]),
    familyOf("stateset", "pump"),
  ];
  const others = [
    gauge("a_total", undefined, [{}, 1]),
    gauge("b_seconds", undefined, [{}, 1]),
    bounds(1, 3),
    gauge("g", "max", [{}, 1]),
    gauge("g", "min", [{}, 1]),
    constStateSet({ name: "pump", help: "", states: ["b"], samples: [{ on: [] }] }),
    counter("z_total", [{}, 1]),
  ];
  const sums = sumsOf();
  assertEquals(send(sums, 1, ...first), []);
  const refused = send(sums, 2, ...others).map(({ family, reason }) => [
    family,
    reason.replace(
      /, which other clients sent before; make them the same, rename .* aggregator.remove\("\w+"\)$/,
      "",
    ),
  ]);
  assertEquals(refused, [
    ["a_total", 'a_total: its type "gauge" is not "counter"'],
    ["b_seconds", 'b_seconds: its unit (none) is not "seconds"'],
    ["h", "h: its bounds [1,3] is not [1,2]"],
    ["g", 'g: its merge "min" is not "liveMax"'],
    ["pump", "pump: its states [b] is not [a]"],
  ]);
  assertEquals(sums.families(3).map(({ name }) => name).at(-1), "z_total");
});

test("Sums refuse gauges with a series for each client, and samples of another family", () => {
  const sums = sumsOf();
  send(sums, 1, familyOf("histogram", "x"), counter("y_count", [{}, 1]));
  const refused = send(
    sums,
    2,
    gauge("g", "liveAll", [{}, 1]),
    counter("x_count", [{}, 1]),
    familyOf("summary", "y"),
  );
  assertMatch(refused[0].reason, /^g: merge "liveAll" would make a series for each client/);
  assertMatch(
    refused[1].reason,
    /^x_count: it would write "x_count", as "x" does; .* aggregator.remove\("x"\)$/,
  );
  assertMatch(
    refused[2].reason,
    /^y: it would write "y_count", as "y_count" does; .* aggregator.remove\("y_count"\)$/,
  );
  assertEquals(sums.families(3).map(({ name }) => name), ["x", "y_count"]);
  sums.remove("x");
  assertEquals(send(sums, 4, counter("x_count", [{}, 1])), []);
});

test("Sums refuse what takes memory beyond all limits, and keep nothing of it", () => {
  const sums = sumsOf();
  const many = Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`l${at}`, "x"]));
  const bounds = Array.from({ length: 1001 }, (_, at) => at);
  const buckets = [...bounds, 0];
  const refused = send(
    sums,
    1,
    counter("a_total", [many, 1]),
    familyOf("counter", "c_total", { help: "x".repeat(5000) }),
    constHistogram({ name: "d", help: "", bounds, samples: [{ buckets, sum: 1 }] }),
  );
  assertEquals(
    refused.map(({ reason }) => reason.replace(/;.*$/, "")),
    [
      "a_total: its series would have 65 different labels",
      "c_total: its help has 5000 characters",
      "d: it has 1001 bounds or states",
    ],
  );
  assertEquals(sums.families(2), []);
  assertEquals(sums.dump(1e6).length, 1);
});

test("Sums put label sets without room into the overflow series, and tell it once", () => {
  const told: string[] = [];
  const onOverflow = ({ message }: { message: string }) => told.push(message);
  const sums = sumsOf({ cardinality: { seriesPerFamily: 2, series: 6, onOverflow } });
  const users = ["ann", "bob", "eve", "joe"];
  for (const now of [1, 2]) {
    const families = [
      counter("visits_total", ...users.map((user): Sample => [{ user }, 1])),
      gauge("last", undefined, ...users.map((user, at): Sample => [{ user }, at])),
      gauge("now", "liveSum", ...users.map((user, at): Sample => [{ user }, at])),
    ];
    assertEquals(send(sums, now, ...families), []);
  }
  sums.show(3);
  const overflow = { otel_metric_overflow: "true" };
  assertEquals(sums.families(4).map(seriesOf), [
    [[{ user: "ann" }, 0], [{ user: "bob" }, 1], [overflow, 3]],
    [[{ user: "ann" }, 0], [{ user: "bob" }, 1], [overflow, 3]],
    [[{ user: "ann" }, 2], [{ user: "bob" }, 2], [overflow, 4]],
  ]);
  assertEquals(sums.budget.overflows.get("visits_total"), 4);
  assertEquals(told.length, 3);
  assertMatch(told[0], /^visits_total: .* it may have 2 series; .* raise cardinality.seriesPerFam/);

  // A client's own overflow series is the same, and needs no room.
  send(sums, 5, counter("visits_total", [overflow, 10]));
  assertEquals(seriesOf(sums.families(6)[2]).at(-1), [overflow, 14]);

  // A new family has nothing else, and there are at most as many families as series.
  const more = (name: string) => send(sums, 6, counter(name, [{}, 1]));
  assertEquals(["a_total", "b_total", "c_total"].flatMap(more), []);
  assertEquals(sums.budget.overflows.get("a_total"), 1);
  assertMatch(more("d_total")[0].reason, /^d_total: no room for another family.*6 series/);
  assertEquals(sums.budget.overflows.has("d_total"), false);
});

test("Sums count label sets that are too long in the overflow series, and say why", () => {
  const told: string[] = [];
  const onOverflow = ({ message }: { message: string }) => told.push(message);
  const sums = sumsOf({ cardinality: { seriesPerFamily: 2, series: 4, onOverflow } });
  const long = (at: number) => ({ path: "/", [`label${at}`]: "x".repeat(4086), url: "/" });
  const samples: readonly Sample[] = [[long(1), 1], [{ path: "/" }, 2], [long(2), 3]];
  for (const now of [1, 2]) {
    const families = [
      counter("visits_total", ...samples),
      gauge("last", undefined, ...samples),
      gauge("now", "liveSum", ...samples),
    ];
    const gone = labelTable([long(1), { path: "never" }]);
    const deltas = families.map((family) => ({ family, gone }));
    assertEquals(sums.apply(deltas, { client: "a", time: now, now }), []);
  }
  sums.show(3);
  const overflow = { otel_metric_overflow: "true" };
  const families = sums.families(4);
  assertEquals(families.map(seriesOf), [
    [[overflow, 3], [{ path: "/" }, 2]],
    [[overflow, 3], [{ path: "/" }, 2]],
    [[overflow, 8], [{ path: "/" }, 4]],
  ]);
  // Nothing of such label sets is kept.
  for (const { labels } of families) {
    assertEquals([...labels.names].sort(), ["otel_metric_overflow", "path"]);
  }
  assertEquals([...sums.budget.overflows.values()], [4, 4, 4]);
  assertEquals(told.length, 3);
  assertMatch(told[0], /^visits_total: .* 4101 characters, most of them in "label1", and 4096 are/);
  // Room is another matter, and told as well.
  send(sums, 5, counter("visits_total", ...["a", "b"].map((path): Sample => [{ path }, 1])));
  assertMatch(told[3], /^visits_total: no room .* raise cardinality.seriesPerFamily/);
  // One more family without a series of its own, and then there are as many as series.
  const more = (name: string) => send(sums, 6, counter(name, [long(1), 1]));
  assertEquals(more("a_total"), []);
  assertMatch(more("b_total")[0].reason, /^b_total: no room for another family/);
});

test("Sums have no more room once the overflow series was removed", () => {
  const sums = sumsOf({ cardinality: { seriesPerFamily: 1, onOverflow: () => {} } });
  const overflow = { otel_metric_overflow: "true" };
  send(sums, 1, counter("visits_total", [{ user: "ann" }, 1], [{ user: "bob" }, 1]));
  assertEquals(sums.remove("visits_total", overflow), true);
  send(sums, 2, counter("visits_total", [{ user: "bob" }, 5]));
  assertEquals(seriesOf(shown(sums)), [[{ user: "ann" }, 1], [overflow, 5]]);
});

test("Sums keep the newest exemplar, of which none is from the future", () => {
  const sums = sumsOf();
  const at = (timestamp: number, value: number) => ({
    ...counter("jobs_total", [{}, 1]),
    exemplars: [{ labels: {}, value, timestamp }],
  });
  const valueAt = (now: number) => (shown(sums, now) as AnyFamily).exemplars![0]!.value;
  send(sums, 10, at(9999, 1));
  assertEquals(valueAt(12), 1);
  send(sums, 20, at(9, 2));
  assertEquals(valueAt(22), 1);
  send(sums, 30, at(11, 3), counter("jobs_total", [{}, 1]));
  assertEquals(valueAt(32), 3);
});

test("Sums bound the values of living clients", () => {
  const sums = sumsOf({ cardinality: { series: 2 } });
  for (let client = 0; client < 20; client++) {
    assertEquals(sendAs(sums, `${client}`, 1, gauge("g", "liveSum", [{}, 1])), []);
  }
  const [{ reason }] = sendAs(sums, "one more", 1, gauge("g", "liveSum", [{}, 1]));
  assertMatch(reason, /^g: living clients would have 21 values; the most is 20/);
  assertEquals([sums.hasLiving("3", 0), sums.hasLiving("one more", 0)], [true, false]);
});

test("Sums remove a family or a series, which then begins anew", () => {
  const sums = sumsOf();
  send(sums, 1, counter("a_total", [{ x: "1" }, 1], [{ x: "2" }, 2], [{ x: "3" }, 3]));
  send(sums, 1, gauge("g", "liveSum", [{ x: "1" }, 1], [{ x: "2" }, 2]));
  sums.show(2);
  assertEquals(sums.remove("a_total", { x: "2" }), true);
  assertEquals(sums.remove("a_total", { x: "2" }), false);
  assertEquals(sums.remove("a_total", { x: "1", y: "1" }), false);
  assertEquals(sums.remove("b_total"), false);
  assertEquals(sums.remove("g", { x: "1" }), true);
  send(sums, 3, counter("a_total", [{ x: "2" }, 5], [{ x: "3" }, 1]));
  assertEquals(sums.families(4).map(seriesOf), [
    [[{ x: "1" }, 1], [{ x: "3" }, 4], [{ x: "2" }, 0]],
    [[{ x: "2" }, 2]],
  ]);
  assertEquals(sums.remove("g"), true);
  assertEquals(sums.hasLiving("a", 0), false);
});

test("Sums check their options", () => {
  const make = (options: object) => () => sumsOf(options as Partial<SumsOptions>);
  assertThrows(make({ staleSeconds: -1 }), RegistrationError, "staleSeconds -1 must be a number");
  assertThrows(make({ cardinality: { series: 0 } }), RegistrationError, "series 0 must be");
});

function nativeOf(indexes: number[], counts: number[], schema = 3): NativeBuckets {
  const negative = { indexes: [], counts: [] };
  const positive = { indexes, counts };
  return { schema, zeroThreshold: 0, zeroCount: 0, positive, negative, exemplars: [] };
}

test("Sums take the time of its batch for a gauge's value that says none", () => {
  const sums = sumsOf();
  const setAt = (value: number, time: number) => ({
    family: { ...gauge("g", "mostRecent", [{}, value]), times: Float64Array.of(time) },
  });
  sums.apply([setAt(2, 500)], { client: "a", time: 500, now: 1000 });
  // It was on its way for long.
  sums.apply([setAt(1, NaN)], { client: "b", time: 400, now: 1000 });
  assertEquals(seriesOf(sums.families(1000)[0]), [[{}, 2]]);
});
