import { assertEquals, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import {
  type Exemplar,
  type ExemplarSource,
  InvalidValueError,
  type LabelRecord,
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

const bad: readonly (readonly [labels: unknown, ...parts: string[]])[] = [
  [{ "": "x" }, '""="x"'],
  [{ "trace-id": "x" }, '"trace-id"="x"'],
  [{ "trace.id": "x" }, '"trace.id"="x"'],
  [{ "1a": "x" }, '"1a"="x"'],
  [{ "a:b": "x" }, '"a:b"="x"'],
  [{ ключ: "x" }, '"ключ"="x"'],
  [{ "a\ud800": "x" }, '"a\\ud800"="x"'],
  [{ ok: "x", "a ": "x" }, '"a "="x"'],
  [{ trace_id: "a\0b" }, '"trace_id"="a\\u0000b"', "NUL"],
  [{ trace_id: 5 }, '"trace_id"=5'],
  [{ trace_id: undefined }, '"trace_id"=undefined'],
  [{ trace_id: null }, '"trace_id"=null'],
  [{ trace_id: "x".repeat(121) }, "129 characters", "128"],
  [{ trace_id: "🛫".repeat(121) }, "129 characters"],
  [{ a: "x".repeat(64), b: "x".repeat(63) }, "129 characters"],
  ["4bf9", '"4bf9" is no exemplar'],
  [5, "5 is no exemplar"],
  [true, "true is no exemplar"],
  [["4bf9"], "[4bf9] is no exemplar"],
  [() => Promise.resolve({ trace_id: "4bf9" }), "a promise is no exemplar"],
  [() => Promise.reject(new Error("no trace")), "a promise is no exemplar"],
  [{
    get trace_id() {
      throw new Error("no trace");
    },
  }, "no trace"],
];

for (const [labels, ...parts] of bad) {
  test(`exemplars: one that says ${parts[0]} costs no observation, and is told once`, async () => {
    const exemplarSource = () => (typeof labels === "function" ? labels() : labels) as LabelRecord;
    const options = {
      get exemplar() {
        return exemplarSource();
      },
    };
    for (const asked of [undefined, options]) {
      const registry = new MetricsRegistry(asked ? {} : { exemplarSource });
      const counter = registry.counter({ name: "jobs", help: "Jobs." });
      const histogram = registry.histogram({ name: "size", help: "Size.", buckets: [1] });
      counter.inc(1, one);
      histogram.observe(1, one);
      const warnings = warned(() => {
        for (let time = 0; time < 3; time++) {
          counter.inc(2, asked);
          histogram.observe(0.5, asked);
        }
      });
      assertEquals(warnings.map((text) => text.split(":")[0]), ["jobs", "size"]);
      for (const part of parts) assertStringIncludes(warnings[0], part);
      assertEquals(counter.get(), 7);
      assertEquals([histogram.get().count, histogram.get().sum], [4, 2.5]);
      const { families, droppedExemplars } = await registry.gather();
      assertEquals([...droppedExemplars!], [["jobs", 3], ["size", 3]]);
      assertEquals(
        families.map((family) => "exemplars" in family && family.exemplars?.[0]?.labels),
        [
          one.exemplar,
          one.exemplar,
        ],
      );
    }
  });
}

test("exemplars: one with 128 characters is the longest", () => {
  const family = counterOf();
  const labels = { trace_id: "🛫".repeat(120) };
  family.inc({ a: "1" }, 1, { exemplar: labels });
  assertEquals((exemplarsOf(family) as unknown[][])[0][0], labels);
});

test("exemplars: a text that was cut through an emoji is mended", () => {
  const family = counterOf();
  family.inc({ a: "1" }, 1, { exemplar: { note: "🛫".slice(0, 1), __proto__x: "a\udc00b" } });
  const labels = { note: "\ufffd", __proto__x: "a\ufffdb" };
  assertEquals((exemplarsOf(family) as unknown[][])[0][0], labels);
});

test("exemplars: null is no exemplar, so the source is asked", () => {
  const family = counterOf(() => ({ from: "source" }));
  family.inc({ a: "1" }, 1, { exemplar: null as unknown as LabelRecord });
  assertEquals((exemplarsOf(family) as unknown[][])[0][0], { from: "source" });
});

test("exemplars: a console that throws costs no observation", () => {
  const counter = counterOf().labels({ a: "1" });
  const { warn } = console;
  console.warn = () => {
    throw new Error("no console");
  };
  try {
    counter.inc(1, { exemplar: { "trace-id": "1" } });
  } finally {
    console.warn = warn;
  }
  assertEquals(counter.get(), 1);
});

/** What is written to the console meanwhile. */
function warned(call: () => void): string[] {
  const { warn } = console;
  const warnings: string[] = [];
  console.warn = (text: string) => warnings.push(text);
  try {
    call();
  } finally {
    console.warn = warn;
  }
  return warnings;
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
    warned(() => {
      counters.inc({ a: "1" }, 2);
      histograms.observe({ a: "1" }, 1.5);
    });
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
