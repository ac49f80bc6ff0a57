import { assertEquals } from "@std/assert";
import { test } from "node:test";
import {
  type Exemplar,
  type ExemplarSource,
  InvalidLabelError,
  InvalidValueError,
  type LabelRecord,
  MetricsError,
  MetricsRegistry,
} from "../../mod.ts";
import { CounterFamily } from "../../src/metrics/counter.ts";
import { HistogramFamily } from "../../src/metrics/histogram_family.ts";
import { assertThrowsWith } from "../support/rejects.ts";
import { withWallClock } from "../support/wall_clock.ts";

type Key = Readonly<Record<string, string>>;

function counterOf(exemplarSource?: ExemplarSource): CounterFamily<Key> {
  return new CounterFamily({ name: "jobs", help: "Jobs.", labels: ["a"], exemplarSource });
}

function histogramOf(exemplarSource?: ExemplarSource): HistogramFamily<Key> {
  const definition = { name: "size", help: "Sizes.", labels: ["a"], buckets: [1, 2] };
  return new HistogramFamily({ ...definition, exemplarSource });
}

/** The exemplars in a snapshot, in short: labels, value and the time since the clock began. */
function exemplarsOf(family: CounterFamily<Key> | HistogramFamily<Key>): unknown {
  const [snapshot] = family.collect();
  if (!("exemplars" in snapshot)) throw new Error(snapshot.type);
  return snapshot.exemplars?.map(brief);
}

function brief(exemplar: Exemplar | undefined): readonly unknown[] | undefined {
  return exemplar && [exemplar.labels, exemplar.value, exemplar.timestamp - 1_700_000_000];
}

const one = { exemplar: { trace_id: "1" } };
const two = { exemplar: { trace_id: "2", span_id: "x" } };

test("exemplars: a family without exemplars has no column for them", () => {
  const [counter, histogram] = [counterOf(), histogramOf()];
  counter.inc({ a: "1" });
  histogram.observe({ a: "1" }, 1);
  assertEquals([exemplarsOf(counter), exemplarsOf(histogram)], [undefined, undefined]);
});

test("exemplars: a counter has the latest one of each series, with its increment and time", () =>
  withWallClock((clock) => {
    const family = counterOf();
    family.inc({ a: "1" }, 5, one);
    family.inc({ a: "2" });
    clock.advance(7);
    family.inc({ a: "3" }, 2, one);
    family.labels({ a: "3" }).inc(0.5, two);
    family.inc({ a: "3" }, 9);
    family.inc({ a: "3" }, 9, {});
    assertEquals(exemplarsOf(family), [
      [{ trace_id: "1" }, 5, 0],
      undefined,
      [{ trace_id: "2", span_id: "x" }, 0.5, 7],
    ]);
    assertEquals(family.labels({ a: "3" }).get(), 20.5);
  }));

test("exemplars: a histogram has the latest one of each bucket of each series", () =>
  withWallClock((clock) => {
    const family = histogramOf();
    family.observe({ a: "1" }, 0.5, one);
    family.observe({ a: "1" }, 0.75);
    family.labels({ a: "2" });
    clock.advance(3);
    family.observe({ a: "1" }, 1, two);
    family.observe({ a: "1" }, 2, one);
    family.observe({ a: "3" }, Infinity, two);
    assertEquals(exemplarsOf(family), [
      [two.exemplar, 1, 3],
      [one.exemplar, 2, 3],
      undefined,
      ...[undefined, undefined, undefined],
      ...[undefined, undefined, [two.exemplar, Infinity, 3]],
    ]);
  }));

test("exemplars: those of a snapshot never change", () => {
  const family = counterOf();
  const labels = { trace_id: "1" };
  family.inc({ a: "1" }, 1, { exemplar: labels });
  labels.trace_id = "changed";
  const [snapshot] = family.collect();
  family.inc({ a: "1" }, 1, two);
  assertEquals("exemplars" in snapshot && snapshot.exemplars?.[0]?.labels, { trace_id: "1" });
});

test("exemplars: they are removed with their series", () => {
  const family = counterOf();
  family.inc({ a: "1" }, 1, one);
  family.remove({ a: "1" });
  family.inc({ a: "1" });
  assertEquals(exemplarsOf(family), [undefined]);
});

test("exemplars: an exemplar may have no label, and labels that Object knows", () => {
  const family = counterOf();
  family.inc({ a: "1" }, 1, { exemplar: {} });
  family.inc({ a: "2" }, 1, { exemplar: { constructor: "x", toString: "y" } });
  const labels = (exemplarsOf(family) as readonly unknown[][]).map(([labels]) => labels);
  assertEquals(labels, [{}, { constructor: "x", toString: "y" }]);
});

const bad: readonly (readonly [labels: unknown, label: string, ...parts: string[]])[] = [
  [{ "": "x" }, "", "is not a label name"],
  [{ "trace-id": "x" }, "trace-id", "is not a label name"],
  [{ "trace.id": "x" }, "trace.id", "is not a label name"],
  [{ "1a": "x" }, "1a", "is not a label name"],
  [{ "a:b": "x" }, "a:b", "is not a label name"],
  [{ ключ: "x" }, "ключ", "is not a label name"],
  [{ "a\ud800": "x" }, "a\ud800", "is not a label name"],
  [{ ok: "x", "a ": "x" }, "a ", "is not a label name"],
  [{ trace_id: "\ud800" }, "trace_id", "not a well-formed string"],
  [{ trace_id: "a\udc00b" }, "trace_id", "not a well-formed string"],
  [{ trace_id: 5 }, "trace_id", "5 in an exemplar", "not a well-formed string"],
  [{ trace_id: undefined }, "trace_id", "undefined in an exemplar"],
  [{ trace_id: null }, "trace_id", "null in an exemplar"],
];

for (const [labels, label, ...parts] of bad) {
  test(`exemplars: an exemplar ${JSON.stringify(labels)} is refused before anything is counted`, () => {
    const options = { exemplar: labels as LabelRecord };
    const [counters, histograms] = [counterOf(), histogramOf()];
    counters.inc({ a: "1" }, 1, one);
    histograms.observe({ a: "1" }, 1, one);
    const before = [exemplarsOf(counters), exemplarsOf(histograms)];

    const inc = () => counters.inc({ a: "1" }, 2, options);
    const observe = () => histograms.observe({ a: "1" }, 1, options);
    for (const [call, family] of [[inc, "jobs"], [observe, "size"]] as const) {
      const error = assertThrowsWith(call, InvalidLabelError, `${family}: `, ...parts);
      assertEquals([error.family, error.label], [family, label]);
    }
    assertEquals(counters.labels({ a: "1" }).get(), 1);
    const { count, sum } = histograms.labels({ a: "1" }).get();
    assertEquals([count, sum], [1, 1]);
    assertEquals([exemplarsOf(counters), exemplarsOf(histograms)], before);
  });
}

for (const labels of [null, 5, true]) {
  test(`exemplars: an exemplar that is ${labels} is refused as a mistake of the caller`, () => {
    const options = { exemplar: labels as unknown as LabelRecord };
    const counter = counterOf().labels({ a: "1" });
    assertThrowsWith(() => counter.inc(1, options), MetricsError, "jobs: ");
    assertEquals(counter.get(), 0);
  });
}

test("exemplars: a value that is refused leaves no exemplar, and no source is asked", () => {
  let asked = 0;
  const source = () => {
    asked++;
    return { trace_id: "source" };
  };
  const [counters, histograms] = [counterOf(source), histogramOf(source)];
  for (const options of [undefined, one]) {
    assertThrowsWith(() => counters.inc({ a: "1" }, -1, options), InvalidValueError);
    const wrong = "1" as unknown as number;
    assertThrowsWith(() => histograms.observe({ a: "1" }, wrong, options), InvalidValueError);
  }
  assertEquals([exemplarsOf(counters), exemplarsOf(histograms), asked], [undefined, undefined, 0]);
});

test("exemplars: a source is asked for each recording that brings no exemplar, and for no other", () => {
  let asked = 0;
  const source = () => ({ trace_id: `source ${++asked}` });
  const [counters, histograms] = [counterOf(source), histogramOf(source)];
  const [counter, histogram] = [counters.labels({ a: "1" }), histograms.labels({ a: "1" })];

  counter.inc(1, one);
  histogram.observe(1, one);
  assertEquals(asked, 0);
  counter.inc();
  histogram.observe(1.5, {});
  histogram.time(() => {});
  assertThrowsWith(() => counter.countExceptions(() => JSON.parse("{")), SyntaxError);
  assertEquals(asked, 4);
  const labels = (family: CounterFamily<Key> | HistogramFamily<Key>) =>
    (exemplarsOf(family) as (readonly unknown[] | undefined)[]).map((exemplar) => exemplar?.[0]);
  assertEquals(labels(counters), [{ trace_id: "source 4" }]);
  assertEquals(labels(histograms), [{ trace_id: "source 3" }, { trace_id: "source 2" }, undefined]);
});

const uselessSources: readonly (readonly [what: string, source: unknown])[] = [
  ["knows none", () => undefined],
  ["throws", () => {
    throw new Error("no trace");
  }],
  ["throws nothing at all", () => {
    throw undefined;
  }],
  ["gives null", () => null],
  ["gives a text", () => "4bf9"],
  ["gives a malformed name", () => ({ "trace-id": "1" })],
  ["gives a lone surrogate", () => ({ trace_id: "\udfff" })],
  ["gives a number", () => 5],
  ["gives a number in a label", () => ({ trace_id: 5 })],
  ["gives labels that throw", () => ({
    get trace_id() {
      throw new Error("no trace");
    },
  })],
  ["is no function", "4bf9"],
];

for (const [what, source] of uselessSources) {
  test(`exemplars: a source that ${what} costs the exemplar and never the recording`, () => {
    const counters = counterOf(source as ExemplarSource);
    const histograms = histogramOf(source as ExemplarSource);
    counters.inc({ a: "1" }, 2);
    histograms.observe({ a: "1" }, 1.5);
    assertEquals(counters.labels({ a: "1" }).get(), 2);
    assertEquals(histograms.labels({ a: "1" }).get().sum, 1.5);
    assertEquals([exemplarsOf(counters), exemplarsOf(histograms)], [undefined, undefined]);
    counters.inc({ a: "1" }, 1, one);
    assertEquals((exemplarsOf(counters) as unknown[]).length, 1);
  });
}

/** The labels of the exemplars of a registry, by family. */
async function exemplarLabels(registry: MetricsRegistry): Promise<Record<string, unknown>> {
  const { families } = await registry.gather();
  return Object.fromEntries(families.map((family) => [
    family.name,
    "exemplars" in family ? family.exemplars?.map((exemplar) => exemplar?.labels) : undefined,
  ]));
}

test("exemplars: the source of a registry serves all its instruments, and a view may have another", async () => {
  const registry = new MetricsRegistry({ exemplarSource: () => ({ from: "registry" }) });
  const view = registry.view({ prefix: "v_" });
  const other = registry.view({ prefix: "o_", exemplarSource: () => ({ from: "view" }) });
  for (const each of [registry, view, other]) {
    each.counter({ name: "jobs", help: "Jobs." }).inc();
    each.gauge({ name: "queue", help: "Queue." }).inc();
    each.summary({ name: "wait", help: "Wait." }).observe(1);
    each.histogram({ name: "size", help: "Size.", buckets: [1] }).observe(2);
  }
  const found = await exemplarLabels(registry);
  const from = (name: string) => ({
    jobs: [{ from: name }],
    queue: undefined,
    wait: undefined,
    size: [undefined, { from: name }],
  });
  for (const [prefix, name] of [["", "registry"], ["v_", "registry"], ["o_", "view"]]) {
    for (const [family, labels] of Object.entries(from(name))) {
      assertEquals(found[prefix + family], labels, prefix + family);
    }
  }
});

test("exemplars: a counter with a callback asks no source, because a scrape is no event", async () => {
  let asked = 0;
  const exemplarSource = () => ({ trace_id: `scrape ${++asked}` });
  const registry = new MetricsRegistry({ exemplarSource });
  registry.counterWithCallback({ name: "served", help: "Served.", callback: () => 5 });
  assertEquals(await exemplarLabels(registry), { served: undefined });
  assertEquals(asked, 0);
});
