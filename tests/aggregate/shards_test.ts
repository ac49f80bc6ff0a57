import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { test } from "node:test";
import { Aggregator, createAggregatorApp, memoryStore, type Shard } from "../../src/aggregate.ts";
import { CollectionError, MetricsError, MetricsRegistry } from "../../src/core.ts";
import { frameBatch } from "../../src/deltas/batches/batch_writer.ts";
import { batchType } from "../../src/deltas/reply.ts";
import { DeltaPusher } from "../../src/push.ts";
import { pause } from "../support/deferred.ts";

const bearer = "a-long-secret";

/** Aggregators, and one that adds them up. */
function setUp(count: number) {
  const stores = Array.from({ length: count }, () => memoryStore());
  const isAway = new Set<number>();
  const shards = stores.map((store, at): Shard => {
    const aggregator = new Aggregator({ store });
    const app = createAggregatorApp({ aggregator, authorize: () => true });
    return {
      fetch: async (url, init) =>
        isAway.has(at) ? new Response("away", { status: 502 }) : await app.request(url, init),
    };
  });
  const front = (some: readonly Shard[] = shards) => {
    const aggregator = new Aggregator({ shards: some });
    const app = createAggregatorApp({
      aggregator,
      authorize: { bearer },
      selfMetrics: false,
      formats: { openMetrics: true },
    });
    const target = {
      fetch: async (url: string, init: RequestInit) => await app.request(url, init),
    };
    const page = async () => await (await app.request("/metrics")).text();
    return { app, aggregator, target, page };
  };
  return { shards, isAway, front };
}

function counting() {
  const registry = new MetricsRegistry();
  return { registry, paid: registry.counter({ name: "paid_total", help: "Paid." }) };
}

function pusherOf(
  registry: MetricsRegistry,
  target: ReturnType<ReturnType<typeof setUp>["front"]>["target"],
) {
  return new DeltaPusher({
    gatherer: registry,
    target,
    authorization: { bearer },
    maxAttempts: 1,
    logger: { info() {}, warn() {}, error() {} },
  });
}

test("Aggregator over shards adds up without rounding in between", async () => {
  const { front } = setUp(3);
  const { target, page } = front();
  for (let client = 0; client < 30; client++) {
    const { registry, paid } = counting();
    paid.inc(0.1);
    assertEquals((await pusherOf(registry, target).flush()).errors, []);
  }
  assertStringIncludes(await page(), "paid_total 0\n");
  const sum = await page();
  assertStringIncludes(sum, "paid_total 3\n"); // in doubles 30 * 0.1 would be 2.9999999999999987
  const clients = [...sum.matchAll(/^edgeprom_aggregate_clients\{shard="\d"\} (\d+)/gm)]
    .map(([, count]) => Number(count));
  assertEquals([clients.length, clients.reduce((one, other) => one + other)], [3, 30]);
  // Ids are random: that a shard has none of 30 clients is rare, that it has all never happens.
  assert(clients.every((count) => count < 30));
});

test("Aggregator over shards shows nothing rather than less, if one is away", async () => {
  const { front, isAway } = setUp(2);
  const { target, page, aggregator } = front();
  const { registry, paid } = counting();
  const pusher = pusherOf(registry, target);
  paid.inc();
  await pusher.flush();
  isAway.add(0).add(1);
  await assertRejects(() => aggregator.gather(), CollectionError, "shard 0: it answered 502");
  paid.inc();
  assertEquals((await pusher.flush()).unsent > 0, true);
  isAway.clear();
  await page();
  assertStringIncludes(await page(), "paid_total 1\n");
  await pusher.flush();
  assertStringIncludes(await page(), "paid_total 2\n");
});

test("Aggregator over shards waits for all of them, also if one is away", async () => {
  const { shards, isAway } = setUp(2);
  let hasAnswered = false;
  const slow: Shard = {
    async fetch(url, init) {
      await pause(0.02);
      const response = await shards[1].fetch(url, init);
      hasAnswered = true;
      return response;
    },
  };
  isAway.add(0);
  const aggregator = new Aggregator({ shards: [shards[0], slow] });
  await assertRejects(() => aggregator.gather(), CollectionError, "shard 0: it answered 502");
  assert(hasAnswered);
});

test("Aggregator over shards counts on if there are more of them", async () => {
  const { front, shards } = setUp(4);
  const since = Date.now() / 1000 + 3600;
  const added = shards.map((shard, at) => at === 0 ? shard : { ...shard, since });
  const [before, after] = [front(shards.slice(0, 1)), front(added)];
  const clients = Array.from({ length: 8 }, counting);
  let target = before.target;
  const pushers = clients.map(({ registry }) =>
    pusherOf(registry, { fetch: (url, init) => target.fetch(url, init) })
  );
  for (const { paid } of clients) paid.inc();
  for (const pusher of pushers) await pusher.flush();
  target = after.target;
  for (const { paid } of clients) paid.inc(10);
  for (const pusher of pushers) assertEquals((await pusher.flush()).errors, []);
  await after.page();
  assertStringIncludes(await after.page(), "paid_total 88\n");
});

test("Aggregator over shards gives clients to a shard that began after it was added", async () => {
  const { front, shards } = setUp(2);
  const now = Date.now() / 1000;
  const text: string[] = [];
  for (const since of [now + 3600, now - 3600]) {
    const { target, page } = front([shards[0], { ...shards[1], since }]);
    for (let client = 0; client < 20; client++) {
      const { registry, paid } = counting();
      paid.inc();
      await pusherOf(registry, target).flush();
    }
    text.push(await page());
  }
  const none = 'edgeprom_aggregate_clients{shard="1"} 0\n';
  assertStringIncludes(text[0], none);
  assert(!text[1].includes(none), text[1]);
});

test("Aggregator over shards has series since the first shard has them", async () => {
  const { front } = setUp(3);
  const { target, app } = front();
  for (let client = 0; client < 12; client++) {
    const { registry, paid } = counting();
    paid.inc();
    await pusherOf(registry, target).flush();
  }
  const accept = "application/openmetrics-text;version=1.0.0";
  const created = async () => {
    const response = await app.request("/metrics", { headers: { accept } });
    return /^paid_created (\S+)/m.exec(await response.text())?.[1];
  };
  assertEquals(await created(), await created());
});

test("Aggregator over shards has a client refused whose start is no time", async () => {
  const { aggregator } = setUp(3).front();
  const header = { client: new Uint8Array(16).fill(9), sequence: 1, start: NaN, time: 1 };
  const { status, reply } = await aggregator.receive(frameBatch(header, new Uint8Array()));
  assertEquals([status, reply.result], [400, "refused"]);
  assertStringIncludes(reply.reason!, "NaN");
});

test("Aggregator over shards refuses what is no batch, and passes on what a shard says", async () => {
  const { front } = setUp(2);
  const { app } = front();
  const headers = { "content-type": batchType, authorization: `Bearer ${bearer}` };
  const response = await app.request("/deltas", { method: "POST", body: "nothing", headers });
  assertEquals(response.status, 400);
  assertStringIncludes((await response.json()).reason, "no batch");
});

test("Aggregator over shards says where a family is removed", async () => {
  const { aggregator } = setUp(2).front();
  await assertRejects(() => aggregator.remove("paid_total"), MetricsError, "of each shard");
});
