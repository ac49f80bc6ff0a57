import { assertEquals, assertStringIncludes } from "@std/assert";
import { Hono } from "hono";
import { bearerAuth } from "hono/bearer-auth";
import { cors } from "hono/cors";
import { test } from "node:test";
import {
  createMetricsApp,
  type MetricsAppOptions,
  MetricsRegistry,
  ProcessorMetrics,
} from "../../../mod.ts";
import { collectorThrowing } from "../../support/collectors.ts";
import { pageOf } from "../../support/pages.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

const endpoints = ["/metrics", "/health", "/ready"] as const;
const textType = "text/plain; version=0.0.4; charset=utf-8";

function appOf(options: MetricsAppOptions = {}): Hono {
  return createMetricsApp({ registry: registryOf(), ...options });
}

function registryOf(): MetricsRegistry {
  const registry = new MetricsRegistry();
  registry.counter({ name: "processor_events_received", help: "Events." }).inc(1000);
  return registry;
}

test("the metrics app answers on its three endpoints", async () => {
  const app = appOf({ version: "1.2.3" });
  const metrics = await app.request("/metrics");
  assertEquals([metrics.status, metrics.headers.get("Content-Type")], [200, textType]);
  assertStringIncludes(await metrics.text(), "\nprocessor_events_received 1000\n");

  const health = await app.request("/health");
  assertEquals([health.status, health.headers.get("Content-Type")], [200, "application/json"]);
  assertEquals(await health.text(), '{"status":"healthy","version":"1.2.3","uptime_seconds":0}');

  const ready = await app.request("/ready");
  assertEquals([ready.status, ready.headers.get("Content-Type")], [200, "application/json"]);
  assertEquals(
    await ready.text(),
    '{"ready":true,"checks":[]}',
  );
});

test("the metrics app shows a check of the processor if its registry has one", async () => {
  for (const prefix of ["", "shop_"]) {
    const registry = new MetricsRegistry();
    const app = createMetricsApp({ registry });
    const names = async () => (await (await app.request("/ready")).json()).checks;
    assertEquals(await names(), []);
    new ProcessorMetrics(registry, { prefix });
    assertEquals(await names(), [{ name: "processor", ready: true, message: null }]);
  }
});

test("the metrics app logs what a check throws, and does not show it", async () => {
  const logger = recordingLogger();
  const check = () => Promise.reject(new Error("postgres://shop:hunter2@db/orders"));
  const app = appOf({ logger, readiness: [{ name: "database", check }] });
  const response = await app.request("/ready");
  assertEquals(await response.json(), {
    ready: false,
    checks: [{ name: "database", ready: false, message: "failed" }],
  });
  assertStringIncludes(logger.messages.join(), "hunter2");
});

test("the metrics app answers 404 on all other paths", async () => {
  for (const path of ["/", "/metric", "/metrics/", "/metrics/x", "/Health", "//metrics"]) {
    assertEquals((await appOf().request(path)).status, 404, path);
  }
});

test("HEAD answers as GET does, without a body", async () => {
  for (const path of endpoints) {
    const app = appOf();
    const [get, head] = [await app.request(path), await app.request(path, { method: "HEAD" })];
    assertEquals(head.status, 200);
    const length = Number(head.headers.get("Content-Length"));
    assertEquals(Math.abs(length - (await get.text()).length) < 60, true, `${length}`);
    head.headers.delete("Content-Length");
    assertEquals(Object.fromEntries(head.headers), Object.fromEntries(get.headers));
    assertEquals(await head.text(), "");
  }
});

test("HEAD has the status of GET, also if that is a failure", async () => {
  const failing = [{ name: "database", check: () => false }];
  const app = createMetricsApp({
    registry: new MetricsRegistry(),
    liveness: failing,
    readiness: failing,
  });
  for (const path of ["/health", "/ready"]) {
    const [get, head] = [await app.request(path), await app.request(path, { method: "HEAD" })];
    assertEquals([get.status, head.status], [503, 503], path);
    assertEquals(head.headers.get("Content-Type"), "application/json");
  }
});

test("the metrics app allows no other methods on any endpoint", async () => {
  for (const path of endpoints) {
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS", "PATCH", "PROPFIND"]) {
      const response = await appOf().request(path, { method });
      assertEquals([response.status, response.headers.get("Allow")], [405, "GET, HEAD"]);
      assertStringIncludes(await response.text(), `${method} is not allowed here; use GET or HEAD`);
    }
  }
});

test("the metrics app serves the default registry if it is given none", async () => {
  const metrics = ProcessorMetrics.global();
  metrics.recordEventReceived(1);
  const page = await (await createMetricsApp().request("/metrics?name[]=processor_events_received"))
    .text();
  assertStringIncludes(page, `processor_events_received ${metrics.eventsReceived.get()}\n`);
});

test("the metrics app serves any gatherer", async () => {
  const app = createMetricsApp({
    registry: { gather: () => Promise.resolve({ families: [], errors: [] }) },
  });
  const page = await (await app.request("/metrics")).text();
  assertStringIncludes(page, "# TYPE edgeprom_scrape_errors_total counter\n");
});

test("the metrics app passes on the options of scrapes and probes", async () => {
  const logger = recordingLogger();
  const registry = registryOf();
  registry.register(collectorThrowing(new Error("no database")));
  const app = createMetricsApp({
    registry,
    logger,
    readiness: [{ name: "a", check: () => false }],
    liveness: [{ name: "b", check: () => false }],
  });
  const statuses = await Promise.all(
    endpoints.map(async (path) => (await app.request(path)).status),
  );
  assertEquals(statuses, [200, 503, 503]);
  assertStringIncludes(logger.messages[0], "no database");
});

test("GET /metrics: a large page is compressed for clients that accept it", async () => {
  const registry = registryOf();
  const sizes = registry.histogram({ name: "sizes", help: "Sizes.", labels: ["a"] });
  for (let a = 0; a < 20; a++) sizes.observe({ a }, a);
  const response = await createMetricsApp({ registry }).request("/metrics", {
    headers: { "Accept-Encoding": "gzip, deflate" },
  });
  assertEquals(response.headers.get("Content-Encoding"), "gzip");
  const inside = response.body?.pipeThrough(new DecompressionStream("gzip"));
  const page = await new Response(inside).text();
  assertEquals(page.startsWith(await pageOf(registry)), true);
});

test("the metrics app may have other paths for its endpoints", async () => {
  const paths = { metrics: "/internal/prometheus", health: "/healthz", ready: "/" };
  const app = appOf({ paths });
  for (const path of Object.values(paths)) {
    assertEquals((await app.request(path)).status, 200, path);
  }
  for (const path of endpoints) assertEquals((await app.request(path)).status, 404, path);
  assertStringIncludes(
    await (await app.request("/internal/prometheus?name[]=processor_events_received")).text(),
    "processor_events_received 1000\n",
  );
});

test("the metrics app can be mounted under any path of another app", async () => {
  const app = new Hono();
  app.get("/", (context) => context.text("home"));
  app.route("/ops", appOf());
  for (const path of endpoints) {
    assertEquals((await app.request(`/ops${path}`)).status, 200);
    assertEquals((await app.request(path)).status, 404);
    assertEquals((await app.request(`/ops${path}`, { method: "POST" })).status, 405);
    assertEquals(await (await app.request(`/ops${path}`, { method: "HEAD" })).text(), "");
  }
  assertEquals(await (await app.request("/")).text(), "home");
  const page = await (await app.request("/ops/metrics?name[]=unknown")).text();
  assertEquals(page, "");
});

test("the metrics app leaves the routes of another app alone if it is mounted at the root", async () => {
  const app = new Hono();
  app.route("/", appOf());
  app.post("/orders", (context) => context.text("ordered"));
  assertEquals(await (await app.request("/orders", { method: "POST" })).text(), "ordered");
  assertEquals((await app.request("/metrics")).status, 200);
});

test("authentication in front of the metrics app keeps strangers out", async () => {
  const app = new Hono();
  app.use("/ops/metrics", bearerAuth({ token: "secret" }));
  app.route("/ops", appOf());
  const ask = (authorization?: string) =>
    app.request("/ops/metrics", { headers: authorization ? { authorization } : {} });
  assertEquals((await ask()).status, 401);
  assertEquals((await ask("Bearer wrong")).status, 401);
  const known = await ask("Bearer secret");
  assertEquals([known.status, known.headers.get("Content-Type")], [200, textType]);
  assertEquals((await app.request("/ops/health")).status, 200);
});

test("cross-origin middleware answers preflights, and leaves the page of the metrics app as it is", async () => {
  const app = new Hono();
  app.use("*", cors({ origin: "https://example.com" }));
  app.route("/", appOf());
  const headers = { Origin: "https://example.com" };
  const page = await app.request("/metrics", { headers });
  assertEquals(page.headers.get("Access-Control-Allow-Origin"), "https://example.com");
  assertEquals(page.headers.get("Content-Type"), textType);
  assertStringIncludes(page.headers.get("Vary") ?? "", "Accept-Encoding");
  const preflight = await app.request("/metrics", {
    method: "OPTIONS",
    headers: { ...headers, "Access-Control-Request-Method": "GET" },
  });
  assertEquals(preflight.status, 204);
});

test("metrics apps side by side do not share state", async () => {
  const [one, other] = [appOf({ version: "1" }), appOf({ version: "2" })];
  assertEquals((await (await one.request("/health")).json()).version, "1");
  assertEquals((await (await other.request("/health")).json()).version, "2");
  assertEquals((await (await appOf().request("/health")).json()).version, undefined);
});
