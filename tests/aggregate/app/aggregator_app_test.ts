import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { test } from "node:test";
import { Aggregator, createAggregatorApp, memoryStore } from "../../../src/aggregate.ts";
import { MetricsRegistry } from "../../../src/core.ts";
import { batchType } from "../../../src/deltas/reply.ts";
import { DeltaPusher } from "../../../src/push.ts";
import { recordingLogger } from "../../support/recording_logger.ts";

/** An app with a counter at 5 that no page has shown. */
async function setUp(shards = 0) {
  const apps = Array.from({ length: Math.max(shards, 1) }, () => {
    const aggregator = new Aggregator({ store: memoryStore() });
    return createAggregatorApp({ aggregator, authorize: () => true });
  });
  const aggregator = new Aggregator({
    shards: apps.map((app) => ({ fetch: async (url, init) => await app.request(url, init) })),
  });
  const app = shards > 0 ? createAggregatorApp({ aggregator, authorize: () => true }) : apps[0];
  const registry = new MetricsRegistry();
  registry.counter({ name: "jobs_total", help: "Jobs." }).inc(5);
  const target = { fetch: async (url: string, init: RequestInit) => await app.request(url, init) };
  await new DeltaPusher({ gatherer: registry, target }).flush();
  const jobs = async (path = "/metrics", init: RequestInit = {}) =>
    /^jobs_total (\d+)$/m.exec(await (await app.request(path, init)).text())?.[1];
  return { app, jobs };
}

for (const shards of [0, 2]) {
  test(`createAggregatorApp(): a look at ${shards} shards is no page, and shows values at once`, async () => {
    const { app, jobs } = await setUp(shards);
    assertEquals((await app.request("/metrics", { method: "HEAD" })).status, 200);
    assertEquals(await jobs("/metrics", { headers: { "sec-fetch-mode": "cors" } }), "5");
    assertEquals(await jobs("/metrics?name[]=jobs_total"), "5");
    assertEquals((await app.request("/ready")).status, 200);
    assertEquals([await jobs(), await jobs()], ["0", "5"]);
  });
}

test("createAggregatorApp(): a server that asks for some families sees them at 0 first", async () => {
  const { jobs } = await setUp();
  const headers = { "x-prometheus-scrape-timeout-seconds": "10" };
  const path = "/metrics?name[]=jobs_total";
  assertEquals([await jobs(path, { headers }), await jobs(path, { headers })], ["0", "5"]);
});

test("createAggregatorApp(): if the store cannot be read, there is no page, and nothing is ready", async () => {
  const load = () => {
    throw new Error("the disk is not there");
  };
  const logger = recordingLogger();
  const aggregator = new Aggregator({ store: { load, append() {}, replace() {} }, logger });
  const app = createAggregatorApp({ aggregator, authorize: () => true, logger });
  assertEquals((await app.request("/metrics")).status, 500);
  assertEquals((await app.request("/ready")).status, 503);
});

test("createAggregatorApp(): what authorize throws is logged, and the client may come again", async () => {
  const logger = recordingLogger();
  const aggregator = new Aggregator({ store: memoryStore() });
  const authorize = () => {
    throw new Error("the database is away");
  };
  const app = createAggregatorApp({ aggregator, authorize, logger });
  const headers = { "content-type": batchType };
  const response = await app.request("/deltas", { method: "POST", body: "batch", headers });
  assertEquals(response.status, 503);
  assertStringIncludes(JSON.stringify(logger), "the database is away");
});

test("createAggregatorApp(): a token that is empty, or not there, is refused and not shown", () => {
  const aggregator = new Aggregator({ store: memoryStore() });
  for (const bearer of ["", undefined, "two words"]) {
    const authorize = { bearer } as { readonly bearer: string };
    const error = assertThrows(
      () => createAggregatorApp({ aggregator, authorize }),
      Error,
      "bearer",
    );
    assertEquals((error as Error).message.includes("two words"), false);
  }
});
