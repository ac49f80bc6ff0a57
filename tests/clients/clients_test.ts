import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import promClient, * as promNames from "../../src/prom_client.ts";
import prometheusClient, * as prometheusNames from "../../src/prometheus_client.ts";

const common = [
  "AggregatorRegistry",
  "Counter",
  "Gauge",
  "Histogram",
  "Pushgateway",
  "Registry",
  "Summary",
  "aggregators",
  "collectDefaultMetrics",
  "contentType",
  "exponentialBuckets",
  "linearBuckets",
  "openMetricsContentType",
  "prometheusContentType",
  "register",
  "validateMetricName",
];

const entries = [
  { name: "prom-client", client: promClient, names: promNames, more: [] },
  {
    name: "@prometheus-io/client",
    client: prometheusClient as never as typeof promClient,
    names: prometheusNames,
    more: ["ClusterRegistry", "WorkerRegistry"],
  },
];

for (const { name, client, names, more } of entries) {
  const commonJs = (names as unknown as { "module.exports": typeof promClient })["module.exports"];

  test(`${name}: import and require() give the names of the client`, () => {
    assertEquals(Object.keys(client).sort(), [...common, ...more].sort());
    assertEquals(Object.keys(commonJs).sort(), [...common, ...more].sort());
    assertEquals(
      Object.keys(names).sort(),
      [...common, ...more, "default", "module.exports"].sort(),
    );
    for (const key of common) {
      assertStrictEquals(Reflect.get(commonJs, key), Reflect.get(client, key));
    }
  });

  test(`${name}: the content type is that of the global registry, and require() can set it`, () => {
    const { prometheusContentType, openMetricsContentType } = client;
    const assign = (type: string) => Object.assign(commonJs, { contentType: type });
    try {
      assign(openMetricsContentType);
      const types = [client.contentType, commonJs.contentType, client.register.contentType];
      assertEquals(types as string[], new Array(3).fill(openMetricsContentType));
      assertThrows(() => assign("x"), Error, "Content type x is unsupported");
    } finally {
      assign(prometheusContentType);
    }
    assertEquals(
      [client.contentType, commonJs.contentType],
      new Array(2).fill(prometheusContentType),
    );
  });

  test(`${name}: the global registry is a property of its class, and has no methods of its own`, () => {
    const { Registry, AggregatorRegistry, register } = client;
    assertStrictEquals(Reflect.get(Registry, "globalRegistry"), register);
    assertStrictEquals(Reflect.get(AggregatorRegistry, "globalRegistry"), register);
    assertEquals(Reflect.ownKeys(register).filter((key) => typeof key === "string"), []);
    // Another registry does not change the content type of the module.
    new Registry().setContentType(client.openMetricsContentType as never);
    assertEquals<string>(client.contentType, client.prometheusContentType);
  });

  test(`${name}: what import gives cannot be replaced, and what require() gives can`, () => {
    const { Counter } = commonJs;
    assertEquals(Reflect.set(client, "Counter", Object), false);
    assertEquals(Reflect.set(commonJs, "Counter", Object), true);
    assertStrictEquals(commonJs.Counter as unknown, Object);
    Reflect.set(commonJs, "Counter", Counter);
  });

  test(`${name}: a metric is in the global registry, unless it names others`, () => {
    const { Counter, register } = client;
    const counter = new Counter({ name: "a_total", help: "h" });
    new Counter({ name: "b_total", help: "h", registers: [] });
    assertStrictEquals(register.getSingleMetric("a_total"), counter);
    assertEquals(register.getSingleMetric("b_total"), undefined);
    register.removeSingleMetric("a_total");
    assert(!(counter instanceof client.Gauge));
  });

  test(`${name}: classes have their names, and can be extended`, async () => {
    const classes = common.filter((key) => /^[A-Z]/.test(key))
      .map((key) => (Reflect.get(client, key) as { name: string }).name);
    const aggregator = more.length > 0 ? "ClusterRegistry" : "AggregatorRegistry";
    assertEquals(classes, [aggregator, ...common.slice(1, 7)]);
    class Jobs extends client.Counter<"result"> {
      fail(): void {
        this.inc({ result: "failed" });
      }
    }
    const registers = [new client.Registry()];
    new Jobs({ name: "jobs_total", help: "h", labelNames: ["result"], registers }).fail();
    assertEquals((await registers[0].metrics()).split("\n")[2], 'jobs_total{result="failed"} 1');
  });

  test(`${name}: registries of processes and threads have the functions of the client`, async () => {
    const { Registry, prometheusContentType } = client;
    const sample = { name: "a", help: "h", type: "gauge", aggregator: "sum" };
    const lists = [1, 2].map((value) => [{ ...sample, values: [{ value, labels: {} }] }]);
    for (const key of ["AggregatorRegistry", ...more]) {
      const Shared = Reflect.get(client, key) as typeof client.AggregatorRegistry;
      const registry = new Shared();
      assert(registry instanceof Registry);
      assertEquals<string>(registry.contentType, prometheusContentType);
      assertStrictEquals(Object.getPrototypeOf(Shared), Registry);
      const aggregated = Shared.aggregate(lists);
      assertEquals((await aggregated.metrics()).split("\n")[2], "a 3");
      assertThrows(() => Shared.setRegistries("x" as never), TypeError, "Expected Registry");
      assertThrows(() => new Shared("x" as never), TypeError, "Content type x is unsupported");
    }
  });

  test(`${name}: default metrics are of the client's classes`, () => {
    const register = new client.Registry();
    client.collectDefaultMetrics({ register });
    const found = register.getMetricsAsArray() as unknown[];
    const { Counter, Gauge, Histogram, Summary } = client;
    const classes = [Counter, Gauge, Histogram, Summary];
    assert(found.length > 5 && found.every((one) => classes.some((type) => one instanceof type)));
  });
}

test("the two clients have nothing in common", () => {
  assert(promClient.register as object !== prometheusClient.register);
  assert(!(new promClient.Registry() instanceof prometheusClient.Registry));
});
