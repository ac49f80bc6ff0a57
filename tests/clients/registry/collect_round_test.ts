import { assertEquals, assertStrictEquals, assertStringIncludes } from "@std/assert";
import { getEventListeners } from "node:events";
import { test } from "node:test";
import type { MetricFamily } from "../../../src/core.ts";
import { MetricsRegistry } from "../../../mod.ts";
import { Counter, Gauge, openMetricsContentType, Registry } from "../../../src/prom_client.ts";
import * as client016 from "../../../src/prometheus_client.ts";
import { pause } from "../../support/deferred.ts";
import { garbageCollector } from "../../support/garbage.ts";

const named = (name: string, registry: Registry) => ({ name, help: "h", registers: [registry] });

const valuesOf = (families: readonly MetricFamily[]) =>
  families.map((family) => [...(family as { values: Float64Array }).values].join());

test("a collect that sets other metrics, before or after it, is seen in one gathering", async () => {
  const registry = new Registry();
  const before = new Gauge(named("a", registry));
  new Gauge({
    ...named("b", registry),
    async collect() {
      await pause(0.002);
      for (const gauge of [this as Gauge, before, after]) gauge.set(7);
    },
  });
  const after = new Gauge(named("c", registry));
  assertEquals(valuesOf((await registry.gather()).families), ["7", "7", "7"]);
  assertEquals(valuesOf(await registry.collect()), ["7", "7", "7"]);

  const sync = new Registry();
  const set = new Gauge(named("a", sync));
  new Gauge({ ...named("b", sync), collect: () => set.set(3) });
  assertEquals(valuesOf((await sync.gather()).families), ["3", "0"]);
});

test("a collect may gather its own registry, and the outer gathering waits for all of its own", async () => {
  const registry = new Registry();
  new Gauge({ ...named("a", registry), collect: () => void registry.gather() });
  const set = new Gauge(named("b", registry));
  let calls = 0;
  new Gauge({
    ...named("c", registry),
    async collect() {
      // The inner gathering is the first that asks.
      if (++calls === 1) return;
      await pause(0.005);
      set.set(9);
    },
  });
  const { families, errors } = await registry.gather();
  assertEquals([valuesOf(families), errors], [["0", "9", "0"], []]);
});

test("at the deadline all metrics are read whose collect does not hang", async () => {
  for (const aborted of [true, false]) {
    const registry = new Registry();
    new Gauge(named("a", registry)).set(1);
    new Gauge({ ...named("b", registry), collect: () => new Promise(() => {}) });
    const controller = new AbortController();
    if (aborted) controller.abort();
    else setTimeout(() => controller.abort(), 5);
    const families = await registry.collect(controller.signal);
    assertEquals(families.map(({ name }) => name), ["a"]);
  }
});

test("collect() leaves no listener on a signal that lives long", async () => {
  const registry = new Registry();
  new Gauge({ ...named("a", registry), collect: () => Promise.resolve() });
  const { signal } = new AbortController();
  for (let time = 0; time < 3; time++) await registry.collect(signal);
  assertEquals(getEventListeners(signal, "abort").length, 0);
});

test("collect() gives families only, and the registry that asks has the errors", async () => {
  const theirs = new Registry();
  new Gauge(named("a", theirs)).set(1);
  new Gauge({ ...named("b", theirs), collect: () => Promise.reject(new Error("out of reach")) });
  assertEquals((await theirs.collect()).map(({ name }) => name), ["a"]);
  const ours = new MetricsRegistry();
  ours.register(theirs);
  const { families, errors } = await ours.gather();
  assertEquals(families.map(({ name }) => name), ["a"]);
  assertEquals(errors.map(({ message }) => message), ["Registry: b: out of reach"]);
});

test("label tables with default labels are the same as long as rows and labels are", async () => {
  const registry = new Registry();
  registry.setDefaultLabels({ app: "shop" });
  const counter = new Counter({ ...named("a", registry), labelNames: ["x"] });
  counter.inc({ x: 1 });
  const labels = async () => (await registry.gather()).families[0].labels;
  const first = await labels();
  assertEquals(first.values, ["1", "shop"]);
  assertStrictEquals((await labels()).values, first.values);
  counter.inc({ x: 2 });
  assertEquals((await labels()).values, ["1", "shop", "2", "shop"]);
  assertEquals(first.values, ["1", "shop"]);
  registry.setDefaultLabels({ app: "other" });
  assertEquals((await labels()).values, ["1", "other", "2", "other"]);
  counter.remove("1");
  assertEquals((await labels()).values, ["2", "other"]);
});

test("metrics that a registry has no longer are garbage after a gathering", async () => {
  const collect = await garbageCollector();
  for (const remove of ["clear", "removeSingleMetric"] as const) {
    const registry = new Registry();
    const held = await (async () => {
      const gauge = new Gauge(named("a", registry));
      await registry.gather();
      return new WeakRef(gauge);
    })();
    registry[remove]("a");
    await pause(0.001);
    for (let time = 0; time < 3; time++) {
      collect();
      await pause(0.01);
    }
    assertEquals(held.deref(), undefined);
  }
});

test("a metric that a program registers by another name is gathered by that", async () => {
  const registry = new client016.Registry();
  const gauge = new client016.Gauge({ name: "a", help: "h", registers: [registry] });
  await registry.gather();
  const metrics = (registry as unknown as { _metrics: Map<string, unknown> })._metrics;
  metrics.clear();
  metrics.set("b", gauge);
  assertEquals((await registry.gather()).families.map(({ name }) => name), ["b"]);
});

test("the least of a gauge is that of processes that live", async () => {
  const registry = new Registry();
  new Gauge({ ...named("a", registry), aggregator: "min" });
  const [family] = (await registry.gather()).families;
  assertEquals((family as { merge?: string }).merge, "liveMin");
});

test("a merged registry has the content type of its parts", async () => {
  const open = () => new Registry<never>(openMetricsContentType) as unknown as Registry;
  const merged = Registry.merge([open(), open()]);
  assertEquals(merged.contentType as string, openMetricsContentType);
  assertStringIncludes(await merged.metrics(), "# EOF");
});
