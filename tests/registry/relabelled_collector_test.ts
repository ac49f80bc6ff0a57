import { assertEquals } from "@std/assert";
import { test } from "node:test";
import type { Collector, MetricFamily } from "../../mod.ts";
import { MetricsRegistry } from "../../mod.ts";
import { RelabelledCollector } from "../../src/registry/relabelled_collector.ts";
import { CounterFamily } from "../../src/metrics/counter.ts";
import { collectorGiving, collectorOf } from "../support/collectors.ts";
import { gaugeOf, histogramOf } from "../support/families.ts";
import { seriesOf } from "../support/series.ts";

function relabelled(collector: Collector): RelabelledCollector {
  return new RelabelledCollector(collector, "app_", { env: "test" });
}

test("RelabelledCollector: families are renamed and labelled, and keep their numbers", async () => {
  const families = [gaugeOf("a", {}, { x: "1" }), histogramOf("b", { x: "1" }), gaugeOf("c")];
  const before = families.map((family) => JSON.stringify(family));
  const collected = await relabelled(collectorOf(...families)).collect();
  assertEquals(collected.map(({ name }) => name), ["app_a", "app_b", "app_c"]);
  assertEquals(collected.map(seriesOf), [
    [[{ env: "test" }, 1], [{ env: "test", x: "1" }, 2]],
    [[{ env: "test", x: "1" }, 1, 0, 0.5]],
    [],
  ]);
  assertEquals(families.map((family) => JSON.stringify(family)), before);
});

test("RelabelledCollector: rows beyond the end of a table stay out", async () => {
  const labels = { names: ["x"], values: ["1", "beyond"], rows: 1 };
  const [family] = await relabelled(collectorOf({ ...gaugeOf("a", {}), labels })).collect();
  assertEquals(seriesOf(family), [[{ env: "test", x: "1" }, 1]]);
});

test("RelabelledCollector: a promise stays one, and the signal is passed on", async () => {
  const seen: unknown[] = [];
  const { signal } = new AbortController();
  const collector = relabelled({
    collect: (signal) => {
      seen.push(signal);
      return Promise.resolve([gaugeOf("a", {})]);
    },
  });
  const families = await collector.collect(signal);
  assertEquals([seen.length, seen[0] === signal, families[0].name], [1, true, "app_a"]);
});

test("RelabelledCollector: a description is renamed and labelled as well", () => {
  const family = new CounterFamily({
    name: "jobs",
    help: "Jobs.",
    labels: ["a"],
    constantLabels: { zone: "x" },
  });
  assertEquals(relabelled(family).describe(), [{
    type: "counter",
    name: "app_jobs",
    help: "Jobs.",
    labelNames: ["env", "zone", "a"],
    constantLabels: { env: "test", zone: "x" },
  }]);
  assertEquals(relabelled(collectorOf()).describe(), []);
});

for (const name of [undefined, null, 5, {}]) {
  test(`RelabelledCollector: a prefix does not make a name of ${name}`, async () => {
    const view = new MetricsRegistry({ prefix: "app_" });
    view.register(collectorGiving([{ ...gaugeOf("a", {}), name } as unknown as MetricFamily]));
    const { families, errors } = await view.gather();
    assertEquals([families.map(({ name }) => name), errors.length], [[], 1]);
  });
}

test("RelabelledCollector: one bad family of a collector leaves its others on the page", async () => {
  for (const bad of [null, "text", { ...gaugeOf("bad", {}), labels: null }]) {
    const view = new MetricsRegistry({ prefix: "app_" });
    view.register(collectorGiving([gaugeOf("a", {}), bad, gaugeOf("b", {})]));
    const { families, errors } = await view.gather();
    assertEquals([families.map(({ name }) => name), errors.length], [["app_a", "app_b"], 1]);
  }
});

const malformed = [
  { names: ["x"], values: ["1"], rows: 2 },
  { names: ["x"], values: ["1"], rows: Infinity },
  { names: ["x"], values: ["1"], rows: "1 row" },
  { names: [], values: [], rows: 2 ** 40 },
  { names: [], values: [], rows: Infinity },
];

for (const labels of malformed) {
  test(`RelabelledCollector: a table of ${labels.rows} rows that it does not have is refused`, async () => {
    const view = new MetricsRegistry({ prefix: "app_", labels: { env: "test" } });
    const bad = { ...gaugeOf("a", {}), labels } as unknown as MetricFamily;
    view.register(collectorGiving([bad, gaugeOf("b", {})]));
    const { families, errors } = await view.gather();
    assertEquals([families.map(({ name }) => name), errors.length], [["app_b"], 1]);
  });
}

test("RelabelledCollector: whatever a collector gives in place of families, the others are gathered", async () => {
  for (const answer of [undefined, null, "families", 5, Promise.resolve(null)]) {
    const view = new MetricsRegistry({ prefix: "app_" });
    view.register(collectorGiving(answer));
    view.register(collectorOf(gaugeOf("good", {})));
    const { families, errors } = await view.gather();
    assertEquals([families.map(({ name }) => name), errors.length], [["app_good"], 1]);
  }
});
