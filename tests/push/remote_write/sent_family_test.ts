import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { constStateSet, constSummary } from "../../../mod.ts";
import type { MetricFamily } from "../../../mod.ts";
import { progress, SentFamily, type Way } from "../../../src/push/remote_write/sent_family.ts";
import { counterOf, gaugeOf, histogramOf } from "../../support/families.ts";
import { pushTime } from "../../support/write_steps.ts";

function sentOf(family: MetricFamily, way: Way = "steady"): SentFamily {
  return new SentFamily({ family, way }, { job: "shop" });
}

/** Counters that began so many milliseconds before the push. */
function counters(ages: Readonly<Record<string, number>>) {
  const family = counterOf("a", ...Object.keys(ages).map((a) => ({ a })));
  return { ...family, created: Object.values(ages).map((age) => (pushTime - age) / 1000) };
}

const summary = constSummary({
  name: "s",
  help: "Help.",
  quantiles: [0.5],
  samples: [{ values: [1], sum: 1, count: 1 }],
});

const { none, begun, written } = progress;

test("SentFamily: samples line by line of each row, with sorted labels", () => {
  const sent = sentOf(histogramOf("h", { zone: "a" }, { zone: "" }));
  assertEquals([sent.rows, sent.size], [2, 8]);
  const labels = Array.from({ length: 8 }, (_, at) => sent.labelsOf(at).join(" "));
  assertEquals(labels, [
    "__name__ h_bucket job shop le 1.0 zone a",
    "__name__ h_bucket job shop le +Inf zone a",
    "__name__ h_sum job shop zone a",
    "__name__ h_count job shop zone a",
    "__name__ h_bucket job shop le 1.0",
    "__name__ h_bucket job shop le +Inf",
    "__name__ h_sum job shop",
    "__name__ h_count job shop",
  ]);
  assertEquals([0, 3, 4, 7].map((at) => sent.rowOf(at)), [0, 0, 1, 1]);
});

test("SentFamily: a native histogram is one sample", () => {
  const sent = sentOf(histogramOf("h", {}), "native");
  assertEquals([sent.size, sent.labelsOf(0)], [1, ["__name__", "h", "job", "shop"]]);
});

test("SentFamily: what counts has a start, which is before its sample", () => {
  const starts = (family: MetricFamily, way?: Way) => {
    const sent = sentOf({ ...family, created: [1.6e9] } as MetricFamily, way);
    return Array.from({ length: sent.size }, (_, at) => sent.startOf(at, pushTime));
  };
  const [since] = [1.6e12];
  assertEquals(starts(counterOf("a", {})), [since]);
  assertEquals(starts(histogramOf("a", {})), [since, since, since, since]);
  assertEquals(starts(histogramOf("a", {}), "native"), [since]);
  assertEquals(starts(summary), [0, since, since]);
  assertEquals(starts(gaugeOf("a", {})), [0]);
  const sent = sentOf(counters({ future: -5000, now: 0, past: 1 }));
  assertEquals([0, 1, 2].map((at) => sent.startOf(at, pushTime) - pushTime), [-1, -1, -1]);
});

test("SentFamily: times that are no times count as none", () => {
  const created = [NaN, -1, 0, undefined as unknown as number];
  const sent = sentOf({ ...counterOf("a", ...created.map((_, at) => ({ a: `${at}` }))), created });
  assertEquals([0, 1, 2, 3].map((at) => sent.startOf(at, pushTime)), [0, 0, 0, 0]);
});

test("SentFamily: it continues with the same rows, and with more of them", () => {
  const family = counters({ one: 5, two: 6 });
  const sent = sentOf(family);
  const more = counters({ one: 5, two: 6, three: 7 });
  assertEquals([family, counters({ one: 5, two: 6 }), more].map((each) => sent.continuesIn(each)), [
    true,
    true,
    true,
  ]);
  sent.settle(0, 2, progress.written);
  sent.update(more);
  assertEquals([0, 1, 2].map((row) => sent.progressOf(row)), [written, written, none]);
  assertEquals([sent.rows, sent.hasNew, sent.startOf(2, pushTime)], [3, true, pushTime - 7]);
  assertEquals(sent.labelsOf(2), ["__name__", "a", "a", "three", "job", "shop"]);
});

test("SentFamily: it does not continue as anything else", () => {
  const family = counters({ one: 5, two: 6 });
  const others: MetricFamily[] = [
    counters({ one: 5 }),
    counters({ one: 5, other: 6 }),
    counters({ two: 6, one: 5 }),
    counters({ one: 5, two: 7 }),
    { ...family, created: undefined },
    { ...family, help: "Other." },
    { ...family, unit: "a" },
    { ...gaugeOf("a"), labels: family.labels, values: family.values },
    { ...family, labels: { ...family.labels, names: ["b"] } },
    { ...family, labels: { ...family.labels, names: ["a", "b"] } },
  ];
  assertEquals(others.map((other) => sentOf(family).continuesIn(other)), others.map(() => false));
});

test("SentFamily: it does not continue with other buckets, quantiles or states", () => {
  const states = (...states: string[]) =>
    constStateSet({ name: "s", help: "Help.", states, samples: [{ on: [] }] });
  const buckets = (...bounds: number[]) => ({ ...histogramOf("h", {}), bounds });
  const quantiles = (...quantiles: number[]) => ({ ...summary, quantiles });
  for (const make of [buckets, quantiles]) {
    const others = [make(0.1), make(0.1, 0.3), make(0.1, 0.2, 0.3), make(0.1, 0.2)];
    const sent = sentOf(make(0.1, 0.2));
    assertEquals(others.map((other) => sent.continuesIn(other)), [false, false, false, true]);
  }
  const others = [states("a"), states("a", "c"), states("a", "b", "c"), states("a", "b")];
  const sent = sentOf(states("a", "b"));
  assertEquals(others.map((other) => sent.continuesIn(other)), [false, false, false, true]);
});

test("SentFamily: it inherits how far series with the same labels and start were", () => {
  const orders: Readonly<Record<string, number>>[] = [
    { written: 5, begun: 6, restarted: 1, fresh: 2 },
    { fresh: 2, restarted: 1, begun: 6, written: 5 },
    { written: 5, restarted: 1, fresh: 2, begun: 6 },
  ];
  for (const ages of orders) {
    const known = sentOf(counters({ gone: 9, written: 5, begun: 6, restarted: 7, last: 8 }));
    known.settle(0, 5, progress.begun);
    known.settle(0, 2, progress.written);
    known.settle(3, 5, progress.written);
    known.settleAt(2, 123);
    const sent = sentOf(counters(ages));
    [...sent.inherit(known)];
    const reached = Object.keys(ages).map((name, row) => [name, sent.progressOf(row)]);
    assertEquals(Object.fromEntries(reached), { written, begun, restarted: none, fresh: none });
    assertEquals(sent.isSettledAt(Object.keys(ages).indexOf("begun"), 123), true);
    // What has ended is what is left.
    assertEquals([0, 1, 2, 3, 4].map((row) => known.progressOf(row)), [
      written,
      none,
      none,
      none,
      written,
    ]);
  }
});

test("SentFamily: from one with other samples it inherits, and leaves them to be ended", () => {
  const before = sentOf(histogramOf("h", { a: "1" }));
  before.settle(0, 1, progress.written);
  const sent = sentOf({ ...histogramOf("h", { a: "1" }), bounds: [2] });
  [...sent.inherit(before)];
  assertEquals([sent.progressOf(0), before.progressOf(0)], [written, written]);
  assertEquals([sent.hasLinesOf(before), sent.hasLinesOf(sent)], [false, true]);
});

test("SentFamily: label names in another order are the same labels", () => {
  const before = sentOf(gaugeOf("g", { a: "1", b: "2" }));
  before.settle(0, 1, progress.written);
  const sent = sentOf(gaugeOf("g", { b: "2", a: "1" }, { b: "1", a: "2" }));
  [...sent.inherit(before)];
  assertEquals([sent.progressOf(0), sent.progressOf(1)], [written, none]);
});

test("SentFamily: other work may run while many rows are inherited", () => {
  const many = (prefix: string) =>
    gaugeOf("g", ...Array.from({ length: 1024 }, (_, at) => ({ a: `${prefix}${at}` })));
  assertEquals([...sentOf(many("a")).inherit(sentOf(many("b")))].length, 8);
});

test("SentFamily: newborn is what was never sent and began after the last push, lately", () => {
  const hour = 3_600_000;
  const sent = sentOf(
    counters({ new: 5, begun: 5, old: 11, edge: 10, unknown: pushTime, ancient: hour }),
  );
  sent.settle(1, 2, progress.begun);
  const newborn = (lastPush: number) =>
    [0, 1, 2, 3, 4, 5].map((row) => sent.isNewborn(row, pushTime, lastPush));
  assertEquals(newborn(pushTime - 10), [true, false, false, true, false, false]);
  assertEquals(newborn(0), [true, false, true, true, false, false]);
});

test("SentFamily: progress only grows, and is new until all rows are written", () => {
  const sent = sentOf(counters({ one: 1, two: 2 }));
  sent.settle(0, 2, progress.begun);
  assertEquals(sent.hasNew, true);
  sent.settle(0, 1, progress.written);
  sent.settle(0, 2, progress.begun);
  assertEquals([sent.progressOf(0), sent.progressOf(1), sent.hasNew], [written, begun, true]);
  sent.settle(0, 2, progress.written);
  assertEquals(sent.hasNew, false);
});
