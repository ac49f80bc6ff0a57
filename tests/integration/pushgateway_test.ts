import { assertEquals, assertStringIncludes } from "@std/assert";
import { after, before, beforeEach, test } from "node:test";
import {
  constGauge,
  type Gatherer,
  type MetricFamily,
  MetricsRegistry,
  type MetricType,
} from "../../mod.ts";
import { PushError, Pushgateway, type PushgatewayOptions } from "../../src/push.ts";
import { metricTypes } from "../../src/model/metric_types.ts";
import { collectorOf } from "../support/collectors.ts";
import { missing } from "../support/components.ts";
import type { DecodedFamily, DecodedMetric } from "../support/decoded_family.ts";
import { counterOf, gaugeOf } from "../support/families.ts";
import { withHttpServer } from "../support/http_server.ts";
import { type RunningPushgateway, startPushgateway } from "../support/pushgateway.ts";
import { assertRejectsWith } from "../support/rejects.ts";
import { familyOf } from "../support/typed_family.ts";
import { until } from "../support/until.ts";

const skip = missing("pushgateway");
let server: RunningPushgateway;

before(async () => {
  if (!skip) server = await startPushgateway();
});
after(() => server?.stop());
beforeEach(async () => {
  if (skip) return;
  await fetch(`${server.url}/api/v1/admin/wipe`, { method: "PUT" });
  await until(async () => (await server.groups()).length === 0);
});

function gatewayOf(options: Partial<PushgatewayOptions> = {}): Pushgateway {
  return new Pushgateway(server.url, { job: "a", ...options });
}

function registryOf(...families: readonly MetricFamily[]): Gatherer {
  const registry = new MetricsRegistry();
  registry.register(collectorOf(...families));
  return registry;
}

/** The metrics of a name on the gateway's page. */
async function metricsOf(name: string): Promise<readonly DecodedMetric[]> {
  const families: readonly DecodedFamily[] = await server.families();
  return families.find((family) => family.name === name)?.metric ?? [];
}

test("Pushgateway: push replaces a group, add some of it, delete ends it", { skip }, async () => {
  const gateway = gatewayOf({ grouping: { instance: "db1" } });
  const other = gatewayOf({ grouping: { instance: "db2" } });
  const labels = { job: "a", instance: "db1" };
  const groups = async () =>
    (await server.groups()).filter(({ labels: { instance } }) => instance === "db1");

  await other.push(registryOf(gaugeOf("x", {})));
  assertEquals(await gateway.push(registryOf(gaugeOf("x", {}), gaugeOf("y", {}))), {
    families: 2,
    errors: [],
  });
  assertEquals(await groups(), [{ labels, values: { x: ["1"], y: ["1"] } }]);
  await gateway.add(registryOf(gaugeOf("y", { a: "1" }, { a: "2" }), gaugeOf("z", {})));
  assertEquals(await groups(), [{ labels, values: { x: ["1"], y: ["1", "2"], z: ["1"] } }]);
  await gateway.push(registryOf(gaugeOf("z", {})));
  assertEquals(await groups(), [{ labels, values: { z: ["1"] } }]);
  await gateway.delete();
  await until(async () => (await groups()).length === 0);
  assertEquals((await server.groups()).length, 1);
  await gateway.delete();
});

test("Pushgateway: any value of a group arrives as it is", { skip }, async () => {
  const values = [
    "a/b",
    "/",
    "",
    ".",
    "..",
    "...",
    "a b",
    "a+b",
    "50%",
    "%2F",
    "%2e",
    "ä€😀",
    "?#&=;:@",
    "\\\"'",
    "a\nb\t\0",
    "=",
    "a@base64",
    ">>>???",
  ];
  for (const value of values) {
    await gatewayOf({ job: value || "j", grouping: { zone: value } })
      .push(registryOf(gaugeOf("x", {})));
  }
  const arrived = (await server.groups()).map(({ labels }) => [labels.job, labels.zone ?? ""]);
  const sorted = (pairs: readonly (readonly string[])[]) =>
    pairs.map((pair) => JSON.stringify(pair)).sort();
  assertEquals(sorted(arrived), sorted(values.map((value) => [value || "j", value])));
});

test("Pushgateway: a path before that of the group stays", { skip }, async () => {
  const prefixed = await startPushgateway("/gateway");
  try {
    await new Pushgateway(`${prefixed.url}/`, { job: "a" }).push(registryOf(gaugeOf("x", {})));
    assertEquals((await prefixed.groups()).map(({ values }) => values), [{ x: ["1"] }]);
  } finally {
    await prefixed.stop();
  }
});

test("Pushgateway: a large push is compressed, in both formats", { skip }, async () => {
  const sets = Array.from({ length: 2000 }, (_, number) => ({ number: `${number}` }));
  for (const format of ["protobuf", "text"] as const) {
    for (const compress of [true, false]) {
      const name = `large_${format}_${compress}`;
      await gatewayOf({ format, compress }).push(registryOf(gaugeOf(name, ...sets)));
      const metrics = await metricsOf(name);
      assertEquals([metrics.length, metrics.some(({ gauge }) => gauge?.value === 2000)], [
        2000,
        true,
      ]);
    }
  }
});

test("Pushgateway: every type of metric arrives, in both formats", { skip }, async () => {
  const types = Object.keys(metricTypes) as MetricType[];
  const families = types.map((type) =>
    familyOf(type, type === "info" ? "test_info" : `test_${type}`, { labels: { a: "ä\n" } })
  );
  for (const format of ["protobuf", "text"] as const) {
    const { errors } = await gatewayOf({ format }).push(registryOf(...families));
    assertEquals(errors, []);
    const [{ values }] = await server.groups();
    assertEquals(Object.keys(values), families.map(({ name }) => name).sort());
    const [{ label }] = await metricsOf("test_counter");
    assertEquals(label?.find(({ name }) => name === "a")?.value, "ä\n");
  }
});

test("Pushgateway: native histograms arrive", { skip }, async () => {
  const registry = new MetricsRegistry();
  const seconds = registry.histogram({ name: "run_seconds", help: "Help.", native: true });
  for (const value of [0.1, 1, 2, 300]) seconds.observe(value);
  await gatewayOf().push(registry);
  const [{ histogram }] = await metricsOf("run_seconds");
  assertEquals([histogram?.sampleCount, histogram?.schema !== undefined], [4, true]);
  assertEquals(histogram?.positiveDelta?.length, 4);
});

test("Pushgateway: what the gateway would overwrite or refuse is left out", { skip }, async () => {
  const timed = constGauge({
    name: "timed",
    help: "Help.",
    samples: [{ value: 1, timestamp: Date.now() / 1000 }],
  });
  const { families, errors } = await gatewayOf({ grouping: { zone: "b" } }).push(registryOf(
    gaugeOf("x", {}),
    gaugeOf("labelled", { zone: "c" }),
    gaugeOf("push_time_seconds", {}),
    timed,
  ));
  assertEquals([families, errors.length], [1, 3]);
  assertEquals((await server.groups()).map(({ values }) => values), [{ x: ["1"] }]);
});

test("Pushgateway: names of UTF-8 arrive escaped", { skip }, async () => {
  const registry = new MetricsRegistry({ utf8Names: true });
  registry.gauge({ name: "a.b", help: "Help.", labels: ["c.d"] }).labels({ "c.d": "e" }).set(7);
  await gatewayOf().push(registry);
  const [{ label, gauge }] = await metricsOf("a_b");
  assertEquals([label?.find(({ name }) => name === "c_d")?.value, gauge?.value], ["e", 7]);
});

test("Pushgateway: a refusal has the gateway's words, and the group stays", { skip }, async () => {
  await gatewayOf({ job: "other" }).push(registryOf(counterOf("x_total", {})));
  await gatewayOf().push(registryOf(gaugeOf("y", {})));
  const error = await assertRejectsWith(
    () => gatewayOf().push(registryOf(gaugeOf("x_total", {}))),
    PushError,
    `edgeprom push to ${server.url}/metrics/job/a: 400, `,
    "inconsistent",
    "x_total",
  );
  assertEquals(error.status, 400);
  assertStringIncludes(error.answer, "x_total");
  assertEquals((await server.groups()).map(({ labels: { job } }) => job).sort(), ["a", "other"]);
});

test("Pushgateway: an address with /metrics is explained", { skip }, async () => {
  const gateway = new Pushgateway(`${server.url}/metrics`, { job: "a" });
  await assertRejectsWith(() => gateway.push(registryOf()), PushError, "404", "without /metrics");
});

test("Pushgateway: authorization reaches a server that asks for it", async () => {
  await withHttpServer((response, { headers }) => {
    response.writeHead(headers.authorization === "Bearer abc" ? 200 : 401).end("who is it?");
  }, async (url, requests) => {
    const registry = registryOf(gaugeOf("x", {}));
    await new Pushgateway(url, { job: "a", authorization: { bearer: "abc" } }).push(registry);
    await assertRejectsWith(
      () => new Pushgateway(url, { job: "a" }).push(registry),
      PushError,
      "401, who is it?; check authorization",
    );
    assertEquals(requests.map(({ method, path }) => `${method} ${path}`), [
      "PUT /metrics/job/a",
      "PUT /metrics/job/a",
    ]);
  });
});
