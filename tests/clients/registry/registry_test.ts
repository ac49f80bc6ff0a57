import {
  assert,
  assertEquals,
  assertRejects,
  assertStrictEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { test } from "node:test";
import * as promClient from "../../../src/prom_client.ts";
import * as prometheusClient from "../../../src/prometheus_client.ts";

const { Counter, Gauge, Registry, openMetricsContentType, prometheusContentType } = promClient;

test("a name is there once, and the same metric may come again", () => {
  const registry = new Registry();
  const gauge = new Gauge({ name: "a", help: "h", registers: [registry] });
  registry.registerMetric(gauge);
  assertThrows(
    () => new Gauge({ name: "a", help: "h", registers: [registry] }),
    Error,
    "A metric with the name a has already been registered.",
  );
  assertStrictEquals(registry.getSingleMetric("a"), gauge);
  registry.removeSingleMetric("a");
  assertEquals([registry.getSingleMetric("a"), registry.getMetricsAsArray()], [undefined, []]);
});

test("the part of the page with one metric", async () => {
  const registry = new Registry();
  new Gauge({ name: "a", help: "h", registers: [registry] }).set(1);
  assertEquals(await registry.getSingleMetricAsString("a"), "# HELP a h\n# TYPE a gauge\na 1");
  await assertRejects(() => registry.getSingleMetricAsString("b"), TypeError);
});

test("a content type is one of two", () => {
  assertThrows(() => new Registry("x" as never), TypeError, "Content type x is unsupported");
  const registry = new Registry<promClient.RegistryContentType>();
  assertEquals(registry.contentType, prometheusContentType);
  registry.setContentType(openMetricsContentType);
  assertEquals(registry.contentType, openMetricsContentType);
  assertThrows(() => registry.setContentType("x" as never), Error, "Content type x is unsupported");
});

test("a merged registry has the metrics of all", () => {
  const [one, other] = [new Registry(), new Registry()];
  const a = new Gauge({ name: "a", help: "h", registers: [one] });
  const b = new Gauge({ name: "b", help: "h", registers: [other] });
  const merged = Registry.merge([one, other, one]);
  assert(merged instanceof Registry);
  assertEquals(merged.getMetricsAsArray() as unknown[], [a, b]);
  new Gauge({ name: "a", help: "h", registers: [other] });
  assertThrows(() => Registry.merge([one, other]), Error, "with the name a has already been");
  const open = new Registry<never>(openMetricsContentType) as unknown as promClient.Registry;
  assertThrows(() => Registry.merge([one, open]), Error, "the same content type");
});

test("reset and clear", async () => {
  const registry = new Registry();
  new Gauge({ name: "a", help: "h", registers: [registry] }).set(5);
  registry.setDefaultLabels({ app: "shop" });
  registry.resetMetrics();
  assertEquals(
    await registry.getSingleMetricAsString("a"),
    `# HELP a h\n# TYPE a gauge\na{app="shop"} 0`,
  );
  registry.clear();
  new Gauge({ name: "a", help: "h", registers: [registry] });
  assertEquals(await registry.metrics(), "# HELP a h\n# TYPE a gauge\na 0\n");
});

test("JSON has default labels on copies, by each client's own rule", async () => {
  const labelsOf = async (client: typeof promClient) => {
    const registry = new client.Registry();
    const labelNames = ["x", "y"] as const;
    const gauge = new client.Gauge({ name: "a", help: "h", labelNames, registers: [registry] });
    gauge.set({ x: 0 }, 1);
    registry.setDefaultLabels({ x: "default", y: "default" });
    const [{ values }] = await registry.getMetricsAsJSON();
    assertEquals((await gauge.get()).values[0].labels, { x: 0 });
    return values[0].labels as unknown;
  };
  assertEquals(await labelsOf(promClient), { x: "default", y: "default" });
  assertEquals(await labelsOf(prometheusClient as never), { x: 0, y: "default" });
});

test("JSON leaves what a metric of another kind gave as it is", async () => {
  const registry = new Registry();
  const given = { name: "a", help: "h", type: "gauge", values: [{ value: 1, labels: { x: 1 } }] };
  registry.registerMetric({ name: "a", get: () => given } as never);
  assertStrictEquals((await registry.getMetricsAsJSON())[0] as unknown, given);
  registry.setDefaultLabels({ app: "shop" });
  const [{ values }] = await registry.getMetricsAsJSON();
  assertEquals(values as unknown, [{ value: 1, labels: { x: 1, app: "shop" } }]);
  assertEquals(given.values[0].labels, { x: 1 });
});

test("0.16 gives the metrics of one aggregator, 15 gives all", async () => {
  const namesOf = async (client: typeof prometheusClient) => {
    const registry = new client.Registry();
    new client.Gauge({ name: "a", help: "h", registers: [registry], aggregator: "max" });
    new client.Gauge({ name: "b", help: "h", registers: [registry] });
    const json = await registry.getMetricsAsJSON("sum");
    assertEquals(registry.getMetricsAsArray("sum").length, json.length);
    return json.map(({ name }) => name);
  };
  assertEquals(await namesOf(prometheusClient), ["b"]);
  assertEquals(await namesOf(promClient as never), ["a", "b"]);
});

test("programs that reach inside find the metrics by name", () => {
  const gaugeIn = (client: typeof promClient) => {
    const registry = new client.Registry();
    new client.Gauge({ name: "a", help: "h", registers: [registry] });
    return (registry as unknown as { _metrics: unknown })._metrics;
  };
  const byName = gaugeIn(promClient) as Record<string, unknown>;
  assert(byName.a instanceof promClient.Gauge);
  const map = gaugeIn(prometheusClient as never) as Map<string, unknown>;
  assert(map.get("a") instanceof prometheusClient.Gauge);
});

test("programs that reach inside may assign metrics and default labels", async () => {
  for (const client of [promClient, prometheusClient as never as typeof promClient]) {
    const registry = new client.Registry();
    const gauge = new client.Gauge({ name: "a", help: "h", registers: [registry] });
    Object.assign(registry, { _defaultLabels: { app: "shop" } });
    assertStringIncludes(await registry.metrics(), '\na{app="shop"} 0\n');
    for (const none of [{}, new Map()]) {
      Object.assign(registry, { _metrics: none });
      assertEquals(registry.getMetricsAsArray(), []);
    }
    for (const one of [{ a: gauge }, new Map([["a", gauge]])]) {
      Object.assign(registry, { _metrics: one });
      assertStrictEquals(registry.getSingleMetric("a") as unknown, gauge);
    }
  }
});

test("programs that reach inside may delete metrics and add some", async () => {
  const registryOf = (client: typeof promClient) => {
    const registry = new client.Registry();
    const gauge = new client.Gauge({ name: "a", help: "h", registers: [registry] });
    const other = new client.Gauge({ name: "b", help: "h", registers: [] });
    return { registry, gauge, other, reached: registry as unknown as { _metrics: unknown } };
  };
  const one = registryOf(promClient);
  const byName = one.reached._metrics as Record<string, unknown>;
  delete byName.a;
  byName.b = one.other;
  assertEquals(Object.keys(byName), ["b"]);
  assertEquals(one.registry.getMetricsAsArray() as unknown[], [one.other]);

  const two = registryOf(prometheusClient as never);
  assertEquals((await two.registry.gather()).families.map(({ name }) => name), ["a"]);
  const map = two.reached._metrics as Map<string, unknown>;
  map.delete("a");
  map.set("b", two.other);
  assertEquals(two.registry.getMetricsAsArray() as unknown[], [two.other]);
  assertEquals((await two.registry.gather()).families.map(({ name }) => name), ["b"]);
});

test("an aggregated registry has the sums of several", async () => {
  const json = async (value: number) => {
    const registry = new Registry();
    new Counter({ name: "a_total", help: "h", registers: [registry] }).inc(value);
    return await registry.getMetricsAsJSON();
  };
  const lists = [await json(1), await json(2)];
  const sums = promClient.AggregatorRegistry.aggregate(lists);
  assertEquals(await sums.metrics(), "# HELP a_total h\n# TYPE a_total counter\na_total 3\n");
  const others = prometheusClient.Registry.aggregate(lists);
  assertEquals(await others.metrics(), await sums.metrics());
});

test("a registry that writes parts of its page itself has them on the page", async () => {
  const registry = Object.assign(new Registry(), {
    getMetricsAsString: ({ name }: { readonly name: string }) => Promise.resolve(`# ${name}`),
  });
  for (const name of ["a", "b"]) new Gauge({ name, help: "h", registers: [registry] });
  assertEquals(await registry.metrics(), "# a\n\n# b\n");
});
