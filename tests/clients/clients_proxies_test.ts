import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import http from "node:http";
import { mock, test } from "node:test";
import * as promClient from "../../src/clients/prom_client/client.ts";
import * as prometheusClient from "../../src/clients/prometheus_client/client.ts";

const clients = [promClient, prometheusClient as never as typeof promClient];

const proxyOf = <Target extends object>(target: Target): Target => new Proxy(target, {});

test("a Proxy of a metric does what the metric does", async () => {
  for (const client of clients) {
    const registry = new client.Registry();
    const config = { help: "h", labelNames: ["a"], registers: [registry] };
    const counter = proxyOf(new client.Counter({ name: "counter", ...config }));
    counter.inc({ a: "x" });
    counter.inc({ a: "x" }, 2);
    counter.labels("y").inc();
    counter.labels("y").inc();
    const gauge = proxyOf(new client.Gauge({ name: "gauge", ...config }));
    gauge.set({ a: "x" }, 5);
    gauge.inc({ a: "x" });
    gauge.dec({ a: "x" }, 3);
    gauge.labels("y").set(2);
    gauge.labels("y").inc();
    gauge.labels("y").dec(2);
    const histogram = proxyOf(
      new client.Histogram({ name: "histogram", ...config, buckets: [1] }),
    );
    histogram.observe({ a: "x" }, 1);
    histogram.labels("x").observe(2);
    histogram.zero({ a: "y" });
    histogram.labels("z").observe(1);
    histogram.remove("z");
    const summary = proxyOf(
      new client.Summary({ name: "summary", ...config, percentiles: [0.5] }),
    );
    summary.observe({ a: "x" }, 1);
    summary.labels("y").observe(2);
    const metrics = [counter, gauge, histogram, summary];
    const numbers = await Promise.all(metrics.map(async (metric) => {
      const { values } = await metric.get();
      return values.map(({ value }) => value);
    }));
    assertEquals(numbers, [[3, 2], [3, 1], [1, 2, 3, 2, 0, 0, 0, 0], [1, 1, 1, 2, 2, 1]]);

    const others = new client.Registry();
    for (const metric of metrics) others.registerMetric(metric);
    assertEquals(await others.metrics(), await registry.metrics());
    assertEquals(await others.getMetricsAsJSON(), await registry.getMetricsAsJSON());
    assertEquals(await others.gather(), await registry.gather());

    assertThrows(() => counter.inc({ a: "x" }, -1), Error, "decrease");
    for (const metric of metrics as unknown as { hashMap: object; reset(): void }[]) {
      assertEquals(Object.keys(metric.hashMap), ["a:x,", "a:y,"]);
      metric.hashMap = {};
      metric.reset();
      assertEquals(metric.hashMap, {});
    }
  }
});

test("a Proxy of a metric with exemplars records them", async () => {
  for (const client of clients) {
    const registry = new client.Registry(client.openMetricsContentType);
    const config = { help: "h", enableExemplars: true, registers: [registry] };
    const counter = proxyOf(new client.Counter({ name: "counter_total", ...config }));
    counter.inc({ value: 2, exemplarLabels: { id: "1" } } as never);
    const histogram = proxyOf(new client.Histogram({ name: "histogram", ...config, buckets: [1] }));
    histogram.observe({ value: 1, exemplarLabels: { id: "2" } } as never);
    const page = await proxyOf(registry).metrics();
    assertEquals(page.match(/# \{id="\d"\}/g), ['# {id="1"}', '# {id="2"}']);
  }
});

test("a Proxy of a registry does what the registry does", async () => {
  for (const client of clients) {
    const registry = new client.Registry();
    const proxy = proxyOf(registry);
    const gauge = new client.Gauge({ name: "a", help: "h", registers: [proxy] });
    proxy.setDefaultLabels({ app: "shop" });
    gauge.set(3);
    assertEquals(await proxy.metrics(), await registry.metrics());
    assertEquals(await proxy.getMetricsAsJSON(), await registry.getMetricsAsJSON());
    assertEquals(
      await proxy.getSingleMetricAsString("a"),
      await registry.getSingleMetricAsString("a"),
    );
    assertEquals(await proxy.gather(), await registry.gather());
    assertEquals(await proxy.collect(), await registry.collect());
    proxy.resetMetrics();
    assertEquals((await gauge.get()).values[0]!.value, 0);
    proxy.removeSingleMetric("a");
    assertEquals(registry.getMetricsAsArray(), []);
    proxy.clear();
    assertEquals(JSON.stringify(registry), "{}");
    proxyOf(client.register).setContentType(client.openMetricsContentType as never);
    assertEquals(client.contentType, client.openMetricsContentType);
    client.register.setContentType(client.prometheusContentType);
  }
});

test("a Proxy of a Pushgateway pushes", async () => {
  const request = mock.method(http, "request", () => {
    throw new Error("not sent");
  });
  try {
    for (const client of clients) {
      const gateway = proxyOf(new client.Pushgateway("http://gateway", {}, new client.Registry()));
      assertThrows(() => gateway.push({} as never), Error, "Missing jobName");
      await assertRejects(() => gateway.pushAdd({ jobName: "a" }), Error, "not sent");
      await assertRejects(() => gateway.delete({ jobName: "a" }), Error, "not sent");
    }
    assertEquals(request.mock.callCount(), 4);
  } finally {
    request.mock.restore();
  }
});
