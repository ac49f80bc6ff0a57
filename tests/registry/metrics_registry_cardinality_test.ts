import {
  assert,
  assertEquals,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { test } from "node:test";
import { z } from "zod";
import {
  type CardinalityLimits,
  constGauge,
  MetricsRegistry,
  RegistrationError,
  type SeriesOverflow,
} from "../../mod.ts";
import { pause } from "../support/deferred.ts";
import { samplesOf } from "../support/pages.ts";

const labels = ["a", "b"] as const;

/** A registry with a counter, and what it told of overflows. */
function limited(cardinality: CardinalityLimits) {
  const told: SeriesOverflow[] = [];
  const onOverflow = (overflow: SeriesOverflow) => void told.push(overflow);
  const options = { labels: { app: "x" }, cardinality: { onOverflow, ...cardinality } };
  const registry = new MetricsRegistry(options);
  return { registry, told, jobs: registry.counter({ name: "jobs", help: "Jobs.", labels }) };
}

test("cardinality: label sets without room are counted in one series, and the sum stays right", async () => {
  const { registry, told, jobs } = limited({ seriesPerFamily: 2 });
  const kept = jobs.labels({ a: "1", b: "1" });
  for (let a = 1; a <= 5; a++) jobs.inc({ a, b: "1" });
  kept.inc();
  jobs.inc({ a: "2", b: "1" });
  assertEquals(await samplesOf(registry), [
    'jobs{app="x",a="1",b="1"} 2',
    'jobs{app="x",a="2",b="1"} 2',
    'jobs{app="x",otel_metric_overflow="true"} 3',
  ]);
  assertEquals(told, [{
    family: "jobs",
    limit: 2,
    message: "jobs: no room for further label sets, as it may have 2 series; they are counted " +
      'together under otel_metric_overflow="true". Give its labels fewer values, which ' +
      "registry.cardinality() counts, or raise cardinality.seriesPerFamily",
  }]);
});

test("cardinality: a series that is removed makes room", async () => {
  const { registry, jobs } = limited({ seriesPerFamily: 2 });
  for (let a = 1; a <= 3; a++) jobs.inc({ a, b: "1" });
  jobs.remove({ a: "1", b: "1" });
  jobs.inc({ a: "9", b: "9" });
  jobs.inc({ a: "8", b: "8" });
  assertEquals(await samplesOf(registry), [
    'jobs{app="x",a="2",b="1"} 1',
    'jobs{app="x",otel_metric_overflow="true"} 2',
    'jobs{app="x",a="9",b="9"} 1',
  ]);
});

test("cardinality: the overflow series is removed only with all others", async () => {
  const { registry, jobs } = limited({ seriesPerFamily: 1 });
  const spill = () => ["1", "2"].forEach((a) => jobs.inc({ a, b: "" }));
  spill();
  assertEquals(jobs.remove({ a: "", b: "" }), false);
  assertEquals(jobs.removeMatching({ b: "" }), 1);
  assertEquals(await samplesOf(registry), ['jobs{app="x",otel_metric_overflow="true"} 1']);
  spill();
  assertEquals(jobs.removeMatching({}), 2);
  spill();
  jobs.clear();
  assertEquals(await samplesOf(registry), []);
  spill();
  assertEquals(await samplesOf(registry), [
    'jobs{app="x",a="1"} 1',
    'jobs{app="x",otel_metric_overflow="true"} 1',
  ]);
});

test("cardinality: a label set that a schema maps to a present one needs no room", async () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 2, onOverflow() {} } });
  const user = z.string().toLowerCase();
  const visits = registry.counter({ name: "visits", help: "Visits.", labels: { user } });
  for (const user of ["Ann", "BOB", "Eve", "ann", "bob", "ANN"]) visits.inc({ user });
  assertEquals(await samplesOf(registry), [
    'visits{user="ann"} 3',
    'visits{user="bob"} 2',
    'visits{otel_metric_overflow="true"} 1',
  ]);
});

test("cardinality: an overflow does not change earlier snapshots", () => {
  const { jobs } = limited({ seriesPerFamily: 1 });
  jobs.inc({ a: "1", b: "1" });
  const [before] = jobs.collect();
  jobs.inc({ a: "2", b: "2" });
  const [after] = jobs.collect();
  assertEquals(before.labels, { names: ["app", "a", "b"], values: ["x", "1", "1"], rows: 1 });
  assertEquals(after.labels.names, ["app", "otel_metric_overflow", "a", "b"]);
});

test("cardinality: all families together have a limit, too", async () => {
  const { registry, told, jobs } = limited({ series: 3 });
  const other = registry.gauge({ name: "other", help: "Other.", labels: ["a"] });
  for (let a = 0; a < 2; a++) jobs.inc({ a, b: 1 });
  for (let a = 0; a < 3; a++) other.set({ a }, a);
  assertEquals((await samplesOf(registry)).filter((line) => line.startsWith("other")), [
    'other{app="x",a="0"} 0',
    'other{app="x",otel_metric_overflow="true"} 2',
  ]);
  assertEquals(told.map(({ family, limit }) => [family, limit]), [["other", 3]]);
  assert(told[0].message.includes("all families may have 3 series"));
  // An instrument without labels is one series, and has its place whatever others took.
  registry.counter({ name: "single", help: "Single." }).inc();
  assert((await samplesOf(registry)).includes('single{app="x"} 1'));
});

test("cardinality: families that are unregistered make room for others", () => {
  const { registry, jobs } = limited({ series: 2 });
  const other = registry.counter({ name: "other", help: "Other.", labels: ["a"] });
  const isOverflowing = () => other.labels({ a: "1" }) === other.labels({ a: "2" });
  for (const a of "12") jobs.inc({ a, b: "" });
  assert(isOverflowing());
  registry.unregister("jobs");
  // What is used on although it is on no page any more takes no room from others.
  for (const a of "345") jobs.inc({ a, b: "" });
  assert(!isOverflowing());
  assert(other.labels({ a: "3" }) === other.labels({ a: "4" }));
  registry.clear();
  const again = registry.counter({ name: "jobs", help: "Jobs.", labels });
  assert(again.labels({ a: "1", b: "" }) !== again.labels({ a: "2", b: "" }));
});

test("cardinality: a registration that fails takes no room", () => {
  const { registry } = limited({ series: 1 });
  registry.register({
    collect: () => [],
    describe: () => [{
      type: "gauge",
      name: "taken",
      help: "Taken.",
      labelNames: [],
      constantLabels: {},
    }],
  });
  assertThrows(() => registry.counter({ name: "taken", help: "Taken." }), RegistrationError);
  const other = registry.counter({ name: "other", help: "Other.", labels: ["a"] });
  other.inc({ a: "1" });
  assertStrictEquals(other.labels({ a: "2" }), other.labels({ a: "3" }));
  assert(other.labels({ a: "1" }) !== other.labels({ a: "2" }));
});

test("cardinality: every instrument with labels overflows", async () => {
  const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 1, onOverflow() {} } });
  const of = { help: "Help.", labels: ["a"] } as const;
  const gauge = registry.gauge({ name: "gauge", ...of });
  const classic = registry.histogram({ name: "classic", ...of, buckets: [1] });
  const native = registry.histogram({ name: "native", ...of, native: true });
  const summary = registry.summary({ name: "summary", ...of });
  const states = registry.stateSet({ name: "states", ...of, states: ["on", "off"] });
  for (const a of ["1", "2", "3"]) {
    gauge.inc({ a }, 2);
    for (const family of [classic, native, summary]) family.observe({ a }, 0.5);
    states.select({ a }, "off");
  }
  const lines = (await samplesOf(registry)).filter((line) => line.includes("overflow"));
  assertEquals(lines, [
    'classic_bucket{otel_metric_overflow="true",le="1.0"} 2',
    'classic_bucket{otel_metric_overflow="true",le="+Inf"} 2',
    'classic_sum{otel_metric_overflow="true"} 1',
    'classic_count{otel_metric_overflow="true"} 2',
    'gauge{otel_metric_overflow="true"} 4',
    'native_bucket{otel_metric_overflow="true",le="+Inf"} 2',
    'native_sum{otel_metric_overflow="true"} 1',
    'native_count{otel_metric_overflow="true"} 2',
    'states{otel_metric_overflow="true",states="on"} 0',
    'states{otel_metric_overflow="true",states="off"} 1',
    'summary_sum{otel_metric_overflow="true"} 1',
    'summary_count{otel_metric_overflow="true"} 2',
  ]);
});

test("cardinality: an info has one series, whatever the limits", async () => {
  const { registry, jobs } = limited({ seriesPerFamily: 1, series: 1 });
  jobs.inc({ a: "1", b: "1" });
  const build = registry.info({ name: "build_info", help: "Build.", labels: ["version"] });
  build.set({ version: "1" });
  build.set({ version: "2" });
  assert((await samplesOf(registry)).includes('build_info{app="x",version="2"} 1'));
});

test("cardinality: callbacks and collectors have no limit, and are counted", async () => {
  const { registry } = limited({ seriesPerFamily: 1, series: 1 });
  const samples = ["1", "2", "3"].map((a) => ({ labels: { a }, value: 1 }));
  registry.gaugeWithCallback({
    name: "read",
    help: "Read.",
    labels: ["a"],
    callback: () => samples,
  });
  registry.register({ collect: () => [constGauge({ name: "own", help: "Own.", samples })] });
  const { series, families } = await registry.cardinality();
  assertEquals(series, 6);
  assertEquals(families.map(({ name, series }) => [name, series]), [
    ["own", 3],
    ["read", 3],
    ["jobs", 0],
  ]);
});

test("MetricsRegistry.cardinality() lists the largest families and labels first", async () => {
  const { registry, jobs } = limited({ seriesPerFamily: 3 });
  registry.counter({ name: "single", help: "Single." });
  for (const [a, b] of ["1x", "2x", "3y", "4y", "5z"]) jobs.inc({ a, b });
  assertEquals(await registry.cardinality(), {
    series: 5,
    families: [
      {
        name: "jobs",
        series: 4,
        overflows: 2,
        labels: [
          { name: "a", values: 3 },
          { name: "b", values: 2 },
          { name: "app", values: 1 },
          { name: "otel_metric_overflow", values: 1 },
        ],
      },
      { name: "single", series: 1, overflows: 0, labels: [{ name: "app", values: 1 }] },
    ],
  });
});

test("cardinality: views share the limit of all, and may have others of their own", async () => {
  const { registry, jobs, told } = limited({ seriesPerFamily: 2, series: 4 });
  const view = registry.view({ labels: { app: "y" }, cardinality: { seriesPerFamily: 3 } });
  const other = view.counter({ name: "jobs", help: "Jobs.", labels });
  const more = view.view({}).counter({ name: "more", help: "More.", labels });
  for (let a = 1; a <= 3; a++) jobs.inc({ a, b: "" });
  for (let a = 1; a <= 3; a++) more.inc({ a, b: "" });
  for (let a = 1; a <= 3; a++) other.inc({ a, b: "" });
  assertEquals(told.map(({ family, limit }) => [family, limit]), [
    ["jobs", 2],
    ["more", 4],
    ["jobs", 4],
  ]);
  const { families } = await registry.cardinality();
  assertEquals(families.map(({ name, series, overflows }) => [name, series, overflows]), [
    ["jobs", 4, 4],
    ["more", 3, 1],
  ]);
  const error = assertThrows(
    () => registry.view({ cardinality: { series: 1 } }),
    RegistrationError,
  );
  assert(error.message.startsWith("cardinality.series: a view has no limit"));
});

test("cardinality: Infinity is no limit", async () => {
  const { registry, jobs } = limited({ seriesPerFamily: Infinity, series: Infinity });
  for (let a = 0; a < 10_001; a++) jobs.inc({ a, b: "" });
  assertEquals((await registry.cardinality()).series, 10_001);
});

test("cardinality: 10,000 series a family and 100,000 in all are the default", async () => {
  const registry = new MetricsRegistry({ cardinality: { onOverflow() {} } });
  const families = Array.from(
    { length: 11 },
    (_, at) => registry.counter({ name: `f${at}`, help: "Help.", labels: ["a"] }),
  );
  for (const family of families) {
    for (let a = 0; a < 10_001; a++) family.inc({ a });
  }
  const { families: counted } = await registry.cardinality();
  assertEquals(counted.map(({ series }) => series), [...new Array(10).fill(10_001), 1]);
});

test("cardinality: wrong limits are refused", () => {
  for (const value of [0, -1, 1.5, NaN, "10", null]) {
    for (const name of ["seriesPerFamily", "series"]) {
      const cardinality = { [name]: value };
      const error = assertThrows(() => new MetricsRegistry({ cardinality }), RegistrationError);
      assertStringIncludes(error.message, `cardinality: ${name} `);
      assertStringIncludes(error.message, " must be a whole number from 1 up, or Infinity");
    }
  }
  const misspelt = { seriesPerFamilly: 1 } as CardinalityLimits;
  assertThrows(() => new MetricsRegistry({ cardinality: misspelt }), RegistrationError);
  for (const idleSeconds of [0, -1, NaN, "1"]) {
    const cardinality = { idleSeconds: idleSeconds as number };
    assertThrows(() => new MetricsRegistry({ cardinality }), RegistrationError);
  }
});

test("cardinality: a family's own label otel_metric_overflow is refused", () => {
  const { registry } = limited({});
  const definition = { name: "mine", help: "Mine.", labels: ["otel_metric_overflow"] };
  assertThrows(() => registry.counter(definition), RegistrationError);
});

test("cardinality: if onOverflow fails, recording goes on", async () => {
  const failing: readonly CardinalityLimits["onOverflow"][] = [
    () => {
      throw new Error("out of order");
    },
    () => Promise.reject(new Error("out of order later")),
    // Who records in answer to it comes to the same place again.
    ({ family }) => jobs?.inc({ a: family, b: "" }, 0),
  ];
  let jobs: ReturnType<typeof limited>["jobs"] | undefined;
  for (const onOverflow of failing) {
    const made = limited({ seriesPerFamily: 1, onOverflow });
    jobs = made.jobs;
    for (let a = 1; a <= 3; a++) jobs.inc({ a, b: "" });
    const last = (await samplesOf(made.registry)).at(-1);
    assertEquals(last, 'jobs{app="x",otel_metric_overflow="true"} 2');
    // A rejection that nobody handles ends the process, but only in a later turn.
    await pause(0.005);
  }
});

test("cardinality: without onOverflow there is a warning on the console, once per family", () => {
  const warned: unknown[] = [];
  const own = console.warn;
  console.warn = (...given: unknown[]) => void warned.push(given);
  try {
    const registry = new MetricsRegistry({ cardinality: { seriesPerFamily: 1 } });
    const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels });
    for (let a = 1; a <= 3; a++) jobs.inc({ a, b: "" });
  } finally {
    console.warn = own;
  }
  assertEquals(warned.length, 1);
  assert(String(warned[0]).startsWith("jobs: no room for further label sets"));
});
