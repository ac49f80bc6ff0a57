import { assertEquals, assertThrows } from "@std/assert";
import { mock, test } from "node:test";
import { SeriesTable } from "../../../src/model/family/series_table.ts";
import { withClock } from "./set_clock.ts";
import { bothClients } from "../../support/client_metrics.ts";
import { withWallClock } from "../../support/wall_clock.ts";

const config = { name: "took", help: "Time.", registers: [], buckets: [1, 5] };

test("a histogram gives cumulated buckets, sum and count, with le first", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a"] });
    for (const value of [0.5, 1, 1.5, 5, 7, -2]) histogram.observe({ a: "x" }, value);
    const read = await histogram.get();
    assertEquals(Object.keys(read), ["name", "help", "type", "values", "aggregator"]);
    assertEquals(read.values, [
      { value: 3, metricName: "took_bucket", exemplar: null, labels: { le: 1, a: "x" } },
      { value: 5, metricName: "took_bucket", exemplar: null, labels: { le: 5, a: "x" } },
      { value: 6, metricName: "took_bucket", exemplar: null, labels: { le: "+Inf", a: "x" } },
      { value: 13, metricName: "took_sum", exemplar: undefined, labels: { a: "x" } },
      { value: 6, metricName: "took_count", exemplar: undefined, labels: { a: "x" } },
    ] as never);
    assertEquals(Object.keys(read.values[0]), ["value", "metricName", "exemplar", "labels"]);
    assertEquals(Object.keys(read.values[0].labels), ["le", "a"]);
    const [first] = (await histogram.getForPromString()).values;
    assertEquals(first, {
      labels: { le: 1 },
      sharedLabels: { a: "x" },
      value: 3,
      metricName: "took_bucket",
      exemplar: null,
    });
    assertEquals(histogram.hashMap, {
      "a:x,": { labels: { a: "x" }, bucketValues: { 1: 3, 5: 2 }, sum: 13, count: 6 },
    });
  }
});

test("a histogram without labels has a series, but none after reset()", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram(config);
    const numbers = async () => (await histogram.get()).values.map(({ value }) => value);
    assertEquals(await numbers(), [0, 0, 0, 0, 0]);
    histogram.reset();
    assertEquals(await numbers(), []);
    histogram.observe(3);
    assertEquals(await numbers(), [0, 1, 1, 3, 1]);
    histogram.zero({});
    assertEquals(await numbers(), [0, 0, 0, 0, 0]);
  }
});

test("the buckets of a histogram are sorted, finite and each there once; they are frozen", () => {
  for (const { Histogram } of bothClients) {
    const buckets = [5, 1, Infinity, 1, "2"] as number[];
    const { upperBounds, buckets: own, bucketValues } = new Histogram({ ...config, buckets });
    assertEquals([upperBounds, own, bucketValues], [[1, 2, 5], [1, 2, 5], { 1: 0, 2: 0, 5: 0 }]);
    assertEquals([Object.isFrozen(upperBounds), Object.isFrozen(buckets)], [true, false]);
    const { name, help } = config;
    const byDefault = new Histogram({ name, help, registers: [] });
    const bounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
    assertEquals(byDefault.upperBounds, bounds);
  }
});

test("of what is falsy a histogram takes only 0 for a value, and refuses what is not finite", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a"] });
    for (const given of [undefined, null, NaN, "" as never]) {
      assertThrows(
        () => histogram.observe(given),
        TypeError,
        "Value is not a valid number: undefined",
      );
      histogram.observe(given, 2);
    }
    histogram.observe(0);
    assertThrows(() => histogram.observe("2" as never), TypeError, "valid number: 2");
    assertThrows(() => histogram.observe({ a: "x" }, Infinity), TypeError, "number: Infinity");
    assertThrows(() => histogram.labels("x").observe(NaN), TypeError, "number: NaN");
    assertThrows(() => histogram.labels(null).observe(1), TypeError, "number: null");
    assertEquals((await histogram.get()).values.map(({ value }) => value), [1, 5, 5, 8, 5]);
  }
});

test("of a wrong label and a wrong value a histogram tells what its client checks first", () => {
  for (const { Histogram, profile } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a"] });
    const first = profile.checksLabelsFirst ? 'Added label "b"' : "Value is not a valid number";
    assertThrows(() => histogram.observe({ b: "x" }, "1" as never), Error, first);
    assertThrows(() => histogram.observe({ b: "x" }, 1), Error, 'Added label "b"');
    assertThrows(() => histogram.labels({ b: "x" }), Error, 'Added label "b"');
    assertThrows(() => histogram.zero({ b: "x" }), Error, 'Added label "b"');
  }
});

test("zero() makes a series, or sets it back in its place, with the labels of then", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a"], buckets: [] });
    histogram.observe({ a: 1 }, 4);
    const child = histogram.labels(1);
    histogram.zero({ a: "2" });
    histogram.zero({ a: "1" });
    child.observe(3);
    const samples = (await histogram.get()).values.map(({ value, labels }) => [value, labels.a]);
    assertEquals(samples, [[1, "1"], [3, "1"], [1, "1"], [0, "2"], [0, "2"], [0, "2"]]);
    // A label that is `""` is not there.
    const two = new Histogram({ ...config, labelNames: ["a", "b"], buckets: [] });
    two.observe({ a: "1" }, 4);
    two.zero({ a: "1", b: "" });
    assertEquals((await two.get()).values.at(-1)?.labels, { a: "1" });
  }
});

test("a series that is set to zero begins then, but not in what was read before", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a"] });
    await withWallClock(() => {
      for (const a of ["x", "y", "z"]) histogram.observe({ a }, 1);
    }, 100);
    histogram.remove("x");
    const { created: before } = histogram.allSeries();
    await withWallClock(() => histogram.zero({ a: "z" }), 200);
    await withWallClock(() => histogram.zero({ a: "new" }), 300);
    assertEquals(before, [100, 100]);
    assertEquals(histogram.allSeries().created, [100, 200, 300]);

    const plain = new Histogram(config);
    await withWallClock(() => plain.zero({}), 400);
    assertEquals(plain.allSeries().created, [400]);
  }
});

test("many series are set to zero without a copy of the times for each", () => {
  const [{ Histogram }] = bothClients;
  const histogram = new Histogram({ ...config, labelNames: ["a"], buckets: [] });
  for (let a = 0; a < 100; a++) histogram.observe({ a }, 1);
  histogram.allSeries();
  const compact = mock.method(SeriesTable.prototype, "compact");
  try {
    for (let a = 0; a < 100; a++) histogram.zero({ a });
    assertEquals(compact.mock.callCount(), 1);
  } finally {
    compact.mock.restore();
  }
});

test("the timers of a histogram observe seconds; ends add labels and exemplars", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, labelNames: ["a", "b"], buckets: [] });
    await withClock(async (at) => {
      at(1000);
      const end = histogram.startTimer({ a: "x" });
      const endChild = histogram.labels("x", "y").startTimer();
      at(3500);
      assertEquals([end({ b: "y" }), endChild()], [2.5, 2.5]);
      assertEquals((await histogram.get()).values.map(({ value }) => value), [2, 5, 2]);
      const traced = new Histogram({ ...config, buckets: [], enableExemplars: true });
      traced.startTimer({}, { traceId: "abc" })({}, { spanId: "def" });
      const [{ exemplar }] = (await traced.get()).values;
      assertEquals(exemplar?.labelSet, { traceId: "abc", spanId: "def" });
    });
  }
});

test("a histogram keeps the latest exemplar of each bucket", async () => {
  for (const { Histogram } of bothClients) {
    const histogram = new Histogram({ ...config, enableExemplars: true });
    const observe = (given: object) => histogram.observe(given as never);
    const exemplars = async () => (await histogram.get()).values.map(({ exemplar }) => exemplar);
    assertEquals(await exemplars(), [null, null, undefined, undefined, undefined]);
    await withWallClock(() => {
      observe({ value: 1, exemplarLabels: { traceId: "a" } });
      observe({ value: 0.5, exemplarLabels: { traceId: "b" } });
      observe({ value: 0.7, exemplarLabels: {} });
      observe({ value: 9, exemplarLabels: { traceId: "c" } });
      observe({ value: 2 });
    });
    const timestamp = 1_700_000_000;
    const low = { labelSet: { traceId: "b" }, value: 0.5, timestamp };
    const high = { labelSet: { traceId: "c" }, value: 9, timestamp };
    assertEquals(await exemplars(), [low, null, high, undefined, undefined]);
    const long = { value: 1, exemplarLabels: { a: "x".repeat(128) } };
    assertThrows(() => observe(long), RangeError, "Label set size");
    assertEquals(await exemplars(), [low, null, high, undefined, undefined]);
    assertEquals(histogram.hashMap, {
      "": {
        labels: {},
        bucketValues: { 1: 4, 5: 1 },
        sum: 14.2,
        count: 6,
        bucketExemplars: { 1: low, 5: null, [-1]: high },
      },
    });
  }
});
