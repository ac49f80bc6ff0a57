/** Whatever is sent to an aggregator, its memory stays bounded. On Deno alone, as a heap is measured. */
import { assert, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { test } from "node:test";
import { deflateRawSync } from "node:zlib";
import { constCounter, constGauge, type MetricFamily } from "../../mod.ts";
import { inTime, post, stationOf } from "../support/aggregation.ts";
import { heapGrowth } from "../support/garbage.ts";
import {
  assertFlat,
  assertRefused,
  bytesOf,
  counter,
  few,
  frame,
  id,
  populated,
} from "../support/hostile_batches.ts";

test("Aggregator does not keep what it refused, whatever it is", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("bad_total", 1)));
  const cut = good.slice(0, -3);
  const jump = frame(bytesOf(counter("bad_total", 1)), { client: id(100), sequence: 50 });
  let number = 0;
  await assertFlat(async () => {
    number++;
    await station.send(cut);
    await station.send(jump);
    const stranger = Uint8Array.from(
      { length: 16 },
      (_, at) => at < 4 ? number >> 8 * at & 255 : 9,
    );
    // Names that are new each time, of a client that nobody knows.
    await station.send(
      frame(bytesOf(counter(`bad_${number}_total`, 1)), { client: stranger, sequence: 2 }),
    );
  });
});

test("Aggregator does not keep the definitions of families that it refused", async () => {
  const station = await populated();
  let sequence = 1;
  await assertFlat(async () => {
    sequence++;
    const worse = { ...counter(`bad_${sequence}_total`, -1, { kind: "x".repeat(2000) }) };
    const reply = await station.send(frame(bytesOf(worse), { client: id(100), sequence }));
    // The good client's start is another one: then nothing is applied at all.
    assert(reply.status === 200 || reply.status === 409 || reply.status === 400);
  });
});

test("Aggregator has room for a number of series, whatever is sent", async () => {
  const station = stationOf({
    ...few,
    cardinality: { series: 50, seriesPerFamily: 20, onOverflow: () => {} },
  });
  let sequence = 1;
  const start = Date.now() / 1000;
  let series = 0;
  const flood = async () => {
    const samples = Array.from(
      { length: 2000 },
      () => ({ labels: { user: `user ${series++}` }, value: 1 }),
    );
    const family = constCounter({ name: "flood_total", help: "Help.", samples });
    const reply = await station.send(frame(bytesOf(family), { sequence: sequence++, start }));
    assertEquals(reply.result, "applied");
  };
  await flood();
  await station.page();
  await assertFlat(flood, 5);
  const lines = await station.lines();
  assertEquals(lines.length, 21);
  assertEquals(lines.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0), series);
  // And for a number of families.
  const families = Array.from(
    { length: 500 },
    (_, at) => counter(`family_${at}_total`, 1, { a: "b" }),
  );
  const { status } = await station.send(
    frame(bytesOf(...families), { sequence: sequence++, start }),
  );
  assert(status === 200 || status === 400);
  const most = (await station.lines()).filter((line) => !line.includes("otel_metric_overflow"));
  assert(most.length <= 50, `${most.length} series`);
});

test("Aggregator reads no more of a gigabyte than a batch may have", async () => {
  const station = await populated();
  let pulled = 0;
  let isCancelled = false;
  const chunk = new Uint8Array(65_536).fill(7);
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulled += chunk.length;
      controller.enqueue(chunk);
      if (pulled >= 2 ** 30) controller.close();
    },
    cancel: () => void (isCancelled = true),
  });
  assertEquals(await assertRefused(station, post(body)), 413);
  assert(pulled < 8e6, `${pulled} bytes were read`);
  assert(isCancelled, "the rest is still being sent");
});

test("Aggregator decompresses no more of a bomb than a batch may have", async () => {
  const station = await populated();
  const bomb = gzipBomb(1024);
  const begin = performance.now();
  const status = await assertRefused(station, post(bomb, { "content-encoding": "gzip" }));
  assert([413, 415].includes(status), `status ${status}`);
  assert(performance.now() - begin < 2000, "it was decompressed");
  // One that is within the limit, but is no batch.
  await assertRefused(station, post(gzipBomb(0.25), { "content-encoding": "gzip" }));
  // And what is no gzip at all.
  await assertRefused(station, post(new Uint8Array(100).fill(31), { "content-encoding": "gzip" }));
  assertEquals(
    await assertRefused(station, post(new Uint8Array(100), { "content-encoding": "br" })),
    415,
  );
  await assertFlat(
    () => station.request("/deltas", post(bomb, { "content-encoding": "gzip" })),
    20,
  );
});

function gzipBomb(megabytes: number): Uint8Array<ArrayBuffer> {
  const quarters = Math.round(megabytes * 4);
  // Z_FULL_FLUSH ends a block so that any other can follow it.
  const block = deflateRawSync(Buffer.alloc(262_144), { finishFlush: 3 });
  const header = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3];
  const bytes = new Uint8Array(header.length + quarters * block.length + 2);
  bytes.set(header);
  for (let at = 0; at < quarters; at++) bytes.set(block, header.length + at * block.length);
  bytes.set([3, 0], bytes.length - 2);
  return bytes;
}

test("Aggregator takes nothing of those who may not send", async () => {
  const station = await populated();
  const good = frame(bytesOf(counter("jobs_total", 1, { kind: "a" })));
  for (
    const authorization of [
      "",
      "Bearer",
      "Bearer wrong",
      "Bearer secret2",
      "bearer",
      "Basic c2VjcmV0",
      "secret",
    ]
  ) {
    const init = post(good, { authorization });
    assert([401, 403].includes(await assertRefused(station, init)));
    if (authorization === "") {
      const response = await station.request("/deltas", { ...init, headers: {} });
      assert([401, 403].includes(response.status));
      await response.body?.cancel();
    }
  }
  await assertFlat(() => station.request("/deltas", post(good, { authorization: "Bearer wrong" })));
});

test("Aggregator keeps at most 64 bytes for a client of the past, and has room for so many", () =>
  inTime(async (time) => {
    const store = { load: () => ({ checkpoint: [], entries: [] }), append() {}, replace() {} };
    const { aggregator } = stationOf({ store, staleSeconds: 10 });
    const families = bytesOf(
      counter("jobs_total", 1),
      {
        ...constGauge({ name: "depth", help: "H.", samples: [{ value: 3 }] }),
        merge: "sum",
      } as MetricFamily,
    );
    const clients = 20_000;
    let number = 0;
    const growth = await heapGrowth(async () => {
      for (let count = 0; count < clients; count++) {
        number++;
        const client = Uint8Array.from(
          { length: 16 },
          (_, at) => number * (at + 7) * 31 >> 3 * (at & 7) & 255,
        );
        await aggregator.receive(frame(families, { client }));
      }
      time.advance(20);
      await aggregator.maintain();
      await aggregator.gather();
    });
    assert(growth * 1e6 / clients < 64, `${growth * 1e6 / clients} bytes a client`);
  }));
