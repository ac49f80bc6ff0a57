import { assertEquals, assertStrictEquals } from "@std/assert";
import fc from "fast-check";
import { test } from "node:test";
import {
  defaultBuckets,
  type Histogram,
  type HistogramValue,
  InvalidLabelError,
  InvalidValueError,
  RegistrationError,
} from "../../mod.ts";
import { display } from "../../src/model/errors.ts";
import { HistogramFamily } from "../../src/metrics/histogram_family.ts";
import { withClock } from "../support/clock.ts";
import { deferred } from "../support/deferred.ts";
import { assertRejectsWith, assertThrowsWith } from "../support/rejects.ts";
import { collected } from "../support/series.ts";

const definition = { name: "jobs_seconds", help: "Jobs." };

function histogramOf(buckets: readonly number[] = [0.1, 1, 10]): Histogram {
  return new HistogramFamily({ ...definition, buckets }).labels({});
}

/** Observations in each bucket alone, the last for +Inf. */
function countsOf({ buckets }: HistogramValue): readonly number[] {
  return buckets.map(({ count }, at) => count - (buckets[at - 1]?.count ?? 0));
}

test("a histogram starts at 0 everywhere", () => {
  assertEquals(histogramOf().get(), {
    count: 0,
    sum: 0,
    buckets: [
      { le: 0.1, count: 0 },
      { le: 1, count: 0 },
      { le: 10, count: 0 },
      { le: Infinity, count: 0 },
    ],
  });
});

test("Histogram: an observation counts in its bucket and all above, in the count and in the sum", () => {
  const histogram = histogramOf();
  for (const value of [0.05, 0.5, 0.75, 50]) histogram.observe(value);
  assertEquals(histogram.get(), {
    count: 4,
    sum: 51.3,
    buckets: [
      { le: 0.1, count: 1 },
      { le: 1, count: 3 },
      { le: 10, count: 3 },
      { le: Infinity, count: 4 },
    ],
  });
});

const placed: [value: number, bucket: number][] = [
  [-Infinity, 0],
  [-1e300, 0],
  [-0.1, 0],
  [-0, 1],
  [0, 1],
  [5e-324, 2],
  [1e-310, 2],
  [0.1, 2],
  [0.1 + 2 ** -56, 3],
  [1, 3],
  [1 + 2 ** -52, 4],
  [1.7976931348623157e308, 4],
  [Infinity, 4],
  [NaN, 4],
];

test("Histogram: bounds are inclusive, to the last bit", () => {
  for (const [value, bucket] of placed) {
    const histogram = histogramOf([-0.1, 0, 0.1, 1]);
    histogram.observe(value);
    const { count, sum } = histogram.get();
    assertEquals(countsOf(histogram.get()).indexOf(1), bucket, String(value));
    assertStrictEquals(sum + 0, value + 0);
    assertEquals(count, 1);
  }
});

test("Histogram: NaN and infinities change the sum for good, but not the counts", () => {
  const histogram = histogramOf([1]);
  for (const value of [0.5, Infinity, -Infinity, NaN, 0.5]) histogram.observe(value);
  const { count, sum, buckets } = histogram.get();
  assertEquals([count, sum], [5, NaN]);
  assertEquals(buckets, [{ le: 1, count: 3 }, { le: Infinity, count: 5 }]);
});

for (const value of ["1", 1n, null, undefined, true, {}, [1], Symbol("1")]) {
  test(`a histogram refuses ${typeof value} ${display(value)}`, () => {
    const family = new HistogramFamily<{ a: string }>({ ...definition, labels: ["a"] });
    const histogram = family.labels({ a: "1" });
    histogram.observe(0.5);
    const calls = [
      () => histogram.observe(value as unknown as number),
      () => family.observe({ a: "1" }, value as unknown as number),
    ];
    for (const call of calls) {
      const error = assertThrowsWith(call, InvalidValueError, "jobs_seconds: ", "is not a number");
      assertEquals([error.family, error.value], ["jobs_seconds", value]);
    }
    const { count, sum } = histogram.get();
    assertEquals([count, sum], [1, 0.5]);
  });
}

const bound = fc.double({ noNaN: true, noDefaultInfinity: true });
const bounds = fc.uniqueArray(bound, {
  minLength: 1,
  comparator: (one, other) => one === other,
}).map((bounds) => bounds.sort((one, other) => one - other));

test("Histogram: every observation is in the first bucket whose bound is not below it", () => {
  fc.assert(fc.property(bounds, fc.array(fc.double()), (bounds, values) => {
    const histogram = histogramOf(bounds);
    // Values right at a bound are what can go wrong.
    const observed = [...values, ...bounds];
    for (const value of observed) histogram.observe(value);
    assertEquals(histogram.get().buckets, [
      ...bounds.map((le) => ({ le, count: observed.filter((value) => value <= le).length })),
      { le: Infinity, count: observed.length },
    ]);
  }));
});

test("Histogram: the default buckets are those of all Prometheus libraries", () => {
  const family = new HistogramFamily(definition);
  assertEquals(family.bounds, [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]);
  assertEquals(family.bounds, defaultBuckets);
});

const badBuckets: [unknown, ...string[]][] = [
  [[], "buckets", "at least one bound"],
  [[1, 0.5], "bucket bound 0.5 comes after 1", "ascending order"],
  [[1, 1], "bucket bound 1 comes after 1", "each bound once"],
  [[-0, 0], "bucket bound 0 comes after", "each bound once"],
  [[1, Infinity], "bucket bound Infinity is not a finite number", "leave +Inf out"],
  [[-Infinity, 1], "bucket bound -Infinity is not a finite number"],
  [[NaN], "bucket bound NaN is not a finite number"],
  [[1, "2"], `bucket bound "2" is not a finite number`],
  [[1n], "bucket bound 1 is not a finite number"],
  [[null], "bucket bound null is not a finite number"],
  [5, "buckets 5 must be a list"],
  ["1,2", `buckets "1,2" must be a list`],
  [{}, "must be a list"],
];

test("Histogram: bad buckets are refused, naming family and bound", () => {
  for (const [buckets, ...parts] of badBuckets) {
    const define = () => new HistogramFamily({ ...definition, buckets: buckets as number[] });
    assertThrowsWith(define, RegistrationError, "jobs_seconds: ", ...parts);
  }
});

test("Histogram: a hole in the list of buckets is no bound", () => {
  for (const buckets of [new Array(2), Object.assign([1, 2, 3], { length: 4 })]) {
    const define = () => new HistogramFamily({ ...definition, buckets });
    assertThrowsWith(define, RegistrationError, "jobs_seconds: bucket bound undefined");
  }
});

test("Histogram: buckets are copied, and nobody can change them", () => {
  const buckets = [1, 2];
  const family = new HistogramFamily({ ...definition, buckets });
  buckets[0] = 100;
  buckets.push(3);
  assertEquals(family.bounds, [1, 2]);
  assertThrowsWith(() => (family.bounds as number[]).push(3), TypeError);
  const [snapshot] = family.collect();
  if (snapshot.type !== "histogram") throw new Error(snapshot.type);
  assertThrowsWith(() => Object.assign(snapshot.bounds, [100]), TypeError);
  assertEquals(family.bounds, [1, 2]);
});

test("Histogram: a family observes by labels", () => {
  const family = new HistogramFamily<{ a: string }>({
    ...definition,
    labels: ["a"],
    buckets: [1, 2],
  });
  family.observe({ a: "1" }, 1);
  family.observe({ a: "2" }, 2);
  family.observe({ a: "1" }, 3);
  family.labels({ a: "3" });
  assertEquals(collected(family), [
    [{ a: "1" }, 1, 0, 1, 4],
    [{ a: "2" }, 0, 1, 0, 2],
    [{ a: "3" }, 0, 0, 0, 0],
  ]);
});

test("Histogram: a snapshot of a histogram stays as it was", () => {
  const family = new HistogramFamily<Record<string, never>>({ ...definition, buckets: [1] });
  const histogram = family.labels({});
  histogram.observe(0.5);
  const before = collected(family);
  const value = histogram.get();
  histogram.observe(0.5);
  assertEquals(before, [[{}, 1, 0, 0.5]]);
  assertEquals(value.count, 1);
  assertEquals(collected(family), [[{}, 2, 0, 1]]);
});

test("Histogram.startTimer() observes the seconds since its start at each end", () =>
  withClock((clock) => {
    const histogram = histogramOf();
    const end = histogram.startTimer();
    clock.advance(0.5);
    assertEquals(end(), 0.5);
    clock.advance(4);
    assertEquals(end(), 4.5);
    const { count, sum } = histogram.get();
    assertEquals([count, sum], [2, 5]);
  }));

test("Histogram: a family's timer gets its labels at the end", () =>
  withClock((clock) => {
    const family = new HistogramFamily<{ result: string }>({
      ...definition,
      labels: ["result"],
      buckets: [1],
    });
    const [end, other] = [family.startTimer(), family.startTimer()];
    clock.advance(0.5);
    assertEquals(end({ result: "ok" }), 0.5);
    clock.advance(1.5);
    assertEquals(other({ result: "late" }), 2);
    assertThrowsWith(
      () => end({} as { result: string }),
      InvalidLabelError,
      "its labels are {result}",
    );
    assertEquals(collected(family), [[{ result: "ok" }, 1, 0, 0.5], [{ result: "late" }, 0, 1, 2]]);
  }));

test("Histogram.time() observes the seconds of a call that returns or throws", () =>
  withClock((clock) => {
    const histogram = histogramOf();
    const result = {};
    const timed = histogram.time(() => {
      clock.advance(2);
      return result;
    });
    assertStrictEquals(timed, result);
    const failing = () =>
      histogram.time(() => {
        clock.advance(3);
        throw new RangeError("failed");
      });
    assertThrowsWith(failing, RangeError, "failed");
    assertEquals([histogram.get().count, histogram.get().sum], [2, 5]);
  }));

test("Histogram.time() observes the seconds until a promise settles, and returns the promise itself", () =>
  withClock(async (clock) => {
    const histogram = histogramOf();
    const [one, other] = [deferred<string>(), deferred<string>()];
    assertStrictEquals(histogram.time(() => one.promise), one.promise);
    const given = histogram.time(() => other.promise);
    clock.advance(2);
    assertEquals(histogram.get().count, 0);
    one.resolve("done");
    assertEquals(await one.promise, "done");
    assertEquals([histogram.get().count, histogram.get().sum], [1, 2]);
    clock.advance(5);
    other.reject(new RangeError("failed"));
    await assertRejectsWith(() => given, RangeError, "failed");
    assertEquals([histogram.get().count, histogram.get().sum], [2, 9]);
  }));
