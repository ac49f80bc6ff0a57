import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import { prometheusText } from "../../mod.ts";
import { Aggregator, createAggregatorApp, memoryStore } from "../../src/aggregate.ts";
import { inTime, stationOf } from "../support/aggregation.ts";
import { withHastyClock } from "../support/clock.ts";
import { sampleLines, textOf } from "../support/pages.ts";
import { recordingLogger } from "../support/recording_logger.ts";
import { seriesOf } from "../support/series.ts";
import { countOf } from "../support/truths.ts";

/** What an aggregator says of itself, without its counters. */
async function gaugesOf(aggregator: Aggregator): Promise<readonly string[]> {
  const { families } = await aggregator.gather();
  const own = families.filter(({ name, type }) =>
    name.startsWith("edgeprom_aggregate_") && type === "gauge"
  );
  return sampleLines(textOf(prometheusText.encode(own, { onError() {} })))
    .map((line) => line.replace("edgeprom_aggregate_", ""));
}

const batch = (options: Parameters<typeof countOf>[0]) =>
  countOf(options) as Uint8Array<ArrayBuffer>;

test("Aggregator shows its room and what of it is taken, without series of no room", () =>
  inTime(async ({ now: start }) => {
    const logger = recordingLogger();
    const station = stationOf({ maxClients: 5, cardinality: { series: 4 }, logger });
    await station.send(batch({ client: 1, start, series: 2 }));
    await station.send(batch({ client: 2, start, series: 6 }));
    const gauges = await gaugesOf(station.aggregator);
    assertEquals(gauges.filter((line) => /^(clients|series)/.test(line)), [
      "clients 2",
      "clients_limit 5",
      "series 4",
      "series_limit 4",
    ]);
    await station.aggregator.remove("jobs_total");
    assert((await gaugesOf(station.aggregator)).includes("series 0"));
  }));

test("Aggregator counts no series of a batch that it has applied in part", () =>
  withHastyClock(async (goBy) => {
    // Several steps a turn: a page, and a part of the batch after it.
    goBy(1);
    const aggregator = new Aggregator({ store: memoryStore() });
    const start = Date.now() / 1000;
    await aggregator.receive(batch({ start }));
    const answer = aggregator.receive(batch({ client: 2, start, series: 3000 }));
    // With new series it waits for the round that has the batch, and comes before it.
    const { families } = await aggregator.gather();
    const familyOf = (name: string) => families.find((family) => family.name === name)!;
    assertEquals(seriesOf(familyOf("edgeprom_aggregate_series")), [[{}, 1]]);
    assertEquals(familyOf("jobs_total").labels.rows, 1);
    assertEquals((await answer).reply.result, "applied");
    assert((await gaugesOf(aggregator)).includes("series 3001"));
  }));

test("Aggregator shows the limits that it has by default, and those that are none", async () => {
  const limits = async (options: Parameters<typeof stationOf>[0]) =>
    (await gaugesOf(stationOf(options).aggregator)).filter((line) => line.includes("_limit"));
  assertEquals(await limits({}), ["clients_limit 1000000", "series_limit 100000"]);
  const none = { maxClients: Infinity, cardinality: { series: Infinity } };
  assertEquals(await limits(none), ["clients_limit +Inf", "series_limit +Inf"]);
});

test("Aggregator shows when a batch was last applied, while a client is known", () =>
  inTime(async (time) => {
    const store = memoryStore();
    const lastBatch = async (aggregator: Aggregator) =>
      (await gaugesOf(aggregator)).filter((line) => line.startsWith("last_batch_"))
        .map((line) => Number(line.split(" ")[1]));
    const first = stationOf({ store, clientSeconds: 1000 });
    assertEquals(await lastBatch(first.aggregator), []);
    const start = time.now;
    await first.send(batch({ start }));
    time.advance(10);
    await first.send(batch({ start, sequence: 2 }));
    time.advance(10);
    await first.send(batch({ start, sequence: 2 })); // applied before
    assertEquals(await lastBatch(first.aggregator), [start + 10]);
    const second = stationOf({ store, clientSeconds: 1000 });
    assertEquals(await lastBatch(second.aggregator), [start + 10]);
    time.advance(1100);
    await second.aggregator.maintain();
    assertEquals(await lastBatch(second.aggregator), []);
  }));

test("Aggregator shows the bytes that a start reads", async () => {
  const station = stationOf();
  const bytes = async () =>
    Object.fromEntries(
      (await gaugesOf(station.aggregator)).filter((line) => line.startsWith("store_bytes"))
        .map((line) => [line.match(/part="(\w+)"/)![1], Number(line.split(" ")[1])]),
    );
  const before = await bytes();
  assertEquals(before.checkpoint, 0);
  const start = Date.now() / 1000;
  await station.send(batch({ start }));
  const [log, entry] = [(await bytes()).log, batch({ start }).length];
  assert(log >= before.log + entry && log < before.log + entry + 100, `${log}`);
  // A checkpoint is due once the log has more than 1 MiB.
  const label = "x".repeat(4000);
  await station.send(batch({ client: 2, start, series: 130, label }));
  await station.send(batch({ client: 3, start, series: 140, label }));
  await station.aggregator.maintain(); // after the checkpoint
  const { checkpoint, log: shortened } = await bytes();
  assert(checkpoint > 500_000, `${checkpoint}`);
  assert(shortened < 1000, `${shortened}`);
});

test("Aggregator over shards shows the gauges of each, also if there is no limit", async () => {
  const shards = [{}, { cardinality: { series: Infinity } }].map((options) => {
    const aggregator = new Aggregator({ store: memoryStore(), ...options });
    const app = createAggregatorApp({ aggregator, authorize: () => true });
    return { fetch: async (url: string, init: RequestInit) => await app.request(url, init) };
  });
  const gauges = await gaugesOf(new Aggregator({ shards }));
  assertEquals(gauges.filter((line) => line.startsWith("series")), [
    'series{shard="0"} 0',
    'series{shard="1"} 0',
    'series_limit{shard="0"} 100000',
    'series_limit{shard="1"} +Inf',
  ]);
  assertEquals(gauges.filter((line) => line.startsWith("last_batch")), []);
});
