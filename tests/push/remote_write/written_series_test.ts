import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import type { Exemplar } from "../../../src/core.ts";
import { lineValues } from "../../../src/exposition/text/line_values.ts";
import type { BatchedSeries } from "../../../src/push/remote_write/series_batch.ts";
import type { Outcome } from "../../../src/push/remote_write/request.ts";
import { progress, SentFamily, type Way } from "../../../src/push/remote_write/sent_family.ts";
import { samplesOf, zerosOf } from "../../../src/push/remote_write/written_series.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { pushTime } from "../../support/write_steps.ts";

const now = {
  time: pushTime,
  lastPush: pushTime - 15_000,
  zerosSince: pushTime - 15_000,
  lastTime: 0,
};
const justNow = pushTime / 1000 - 1;

function sentOf(family: MetricFamily, way: Way = "loose"): SentFamily {
  return new SentFamily({ family, way }, {});
}

/** The series without pauses. What is valid until the next step is copied. */
function all(steps: Iterable<BatchedSeries | void>): BatchedSeries[] {
  const series: BatchedSeries[] = [];
  for (const step of steps) if (step) series.push({ ...step, labels: [...step.labels] });
  return series;
}

function valuesOf(series: readonly BatchedSeries[]): unknown[] {
  return series.map(({ value }) => value);
}

function exemplar(value: number, secondsAgo: number): Exemplar {
  return { labels: {}, value, timestamp: pushTime / 1000 - secondsAgo };
}

for (const [name, seriesOf] of Object.entries({ samplesOf, zerosOf })) {
  test(`${name}: what is encoded between two steps changes no value`, () => {
    const family = { ...histogramOf("a", {}, {}), created: [justNow, justNow] };
    const other = {
      ...histogramOf("b", {}, {}),
      buckets: new Float64Array(4),
      sums: new Float64Array(2),
    };
    const run = (between: () => void) => {
      const series: BatchedSeries[] = [];
      for (const step of seriesOf(sentOf(family), family, now)) {
        if (step) series.push(step);
        between();
      }
      return valuesOf(series);
    };
    const encodeOther = () => lineValues(other, 4, ["sum", "count"])({ first: 0, end: 2 });
    assertEquals(run(encodeOther), run(() => {}));
  });
}

test("zerosOf: a counter that has counted since the last push begins with a zero at its start", () => {
  const sets = ["new", "empty", "old", "unknown", "future"].map((queue) => ({ queue }));
  const family = {
    ...counterOf("jobs_total", ...sets),
    values: Float64Array.of(5, 0, 5, 5, 5),
    created: [justNow, justNow, justNow - 60, 0, justNow + 60],
  };
  const zeros = all(zerosOf(sentOf(family), family, now));
  assertEquals(zeros.map(({ labels }) => labels.at(-1)), ["new", "future"]);
  assertEquals(zeros.map(({ value, time, start }) => ({ value, time: time - pushTime, start })), [
    { value: 0, time: -1000, start: 0 },
    { value: 0, time: -1, start: 0 },
  ]);
});

test("zerosOf: a start from before the last hour, which servers do not take, has none", () => {
  const family = {
    ...counterOf("a", { a: "1" }, { a: "2" }),
    created: [3599, 3601].map((age) => pushTime / 1000 - age),
  };
  const zeros = all(
    zerosOf(sentOf(family), family, { ...now, lastPush: 0, zerosSince: 0, lastTime: 0 }),
  );
  assertEquals(zeros.map(({ labels }) => labels.at(-1)), ["1"]);
});

test("zerosOf: of a histogram the lines that have counted, and none of a gauge", () => {
  const family = { ...histogramOf("a", {}), buckets: Float64Array.of(0, 2), created: [justNow] };
  const zeros = all(zerosOf(sentOf(family), family, now));
  assertEquals(zeros.map(({ labels }) => labels.join()), [
    "__name__,a_bucket,le,+Inf",
    "__name__,a_sum",
    "__name__,a_count",
  ]);
  const gauge = gaugeOf("b", {});
  assertEquals(all(zerosOf(sentOf(gauge), gauge, now)), []);
});

test("zerosOf: a series has its zero once, whatever the server answers, and again if it does not", () => {
  const family = { ...counterOf("a", {}), created: [justNow] };
  const sent = sentOf(family);
  all(zerosOf(sent, family, now));
  all(zerosOf(sent, family, now))[0].settle("unknown");
  assertEquals(sent.progressOf(0), progress.tried);
  all(zerosOf(sent, family, now))[0].settle("written");
  assertEquals(all(zerosOf(sent, family, now)), []);
  assertEquals(sent.progressOf(0), progress.begun);
  const other = sentOf(family);
  all(zerosOf(other, family, now))[0].settle("refused");
  assertEquals(all(zerosOf(other, family, now)), []);
  assertEquals(other.progressOf(0), progress.declined);
});

test("zerosOf: none for series that were written, or have times of their own", () => {
  const family = { ...counterOf("a", {}), created: [justNow] };
  const sent = sentOf(family);
  sent.settle(0, 1, progress.written);
  assertEquals([...zerosOf(sent, family, now)], []);
  const timed = { ...family, timestamps: Float64Array.of(justNow - 1) };
  assertEquals(all(zerosOf(sentOf(timed, "timed"), timed, now)), []);
});

test("zerosOf: a native histogram is zero as a whole", () => {
  const family = { ...histogramOf("a", {}), created: [justNow] };
  const [{ value }] = all(zerosOf(sentOf(family, "native"), family, now));
  assertEquals(value, {
    count: 0,
    sum: 0,
    isGauge: false,
    bounds: [1],
    buckets: {
      schema: -53,
      zeroThreshold: 0,
      zeroCount: 0,
      positive: { indexes: [], counts: [] },
      negative: { indexes: [], counts: [] },
    },
  });
});

test("samplesOf: all lines with their exemplars since the last push, the oldest first", () => {
  const family = { ...histogramOf("a", {}), exemplars: [exemplar(1, 16), exemplar(2, 3)] };
  const series = all(samplesOf(sentOf(family), family, now));
  assertEquals(valuesOf(series), [1, 1, 0.5, 1]);
  assertEquals(series.map(({ exemplars }) => exemplars), [[], [exemplar(2, 3)], [], []]);
  const counter = { ...counterOf("a", {}), exemplars: [exemplar(1, 15)] };
  assertEquals(all(samplesOf(sentOf(counter), counter, now))[0].exemplars, [exemplar(1, 15)]);
});

test("samplesOf: a native histogram has its own exemplars, sorted by time", () => {
  const exemplars = [exemplar(1, 3), exemplar(2, 30), exemplar(3, 5)];
  const none = { indexes: [], counts: [] };
  const native = [{
    schema: 0,
    zeroThreshold: 0,
    zeroCount: 1,
    positive: none,
    negative: none,
    exemplars,
  }];
  const family = { ...histogramOf("a", {}), native };
  const [{ exemplars: sent }] = all(samplesOf(sentOf(family, "native"), family, now));
  assertEquals(sent, [exemplar(3, 5), exemplar(1, 3)]);
});

test("samplesOf: a sample with its own time is sent once, and those without at each push", () => {
  const sets = ["own", "none"].map((queue) => ({ queue }));
  const family = { ...gaugeOf("a", ...sets), timestamps: Float64Array.of(justNow, NaN) };
  const sent = sentOf(family, "timed");
  const push = (outcome?: Outcome) => {
    const series = all(samplesOf(sent, family, now));
    if (outcome !== undefined) { for (const { settle } of series) settle(outcome); }
    return series.map(({ labels, time }) => `${labels.at(-1)} ${time - pushTime}`);
  };
  assertEquals(push(), ["own -1000", "none 0"]);
  assertEquals(push("refused"), ["own -1000", "none 0"]);
  assertEquals(sent.progressOf(1), progress.none);
  assertEquals(push("written"), ["none 0"]);
  assertEquals(sent.progressOf(1), progress.written);
  family.timestamps[0] += 0.5;
  assertEquals(push("written"), ["own -500", "none 0"]);
});
