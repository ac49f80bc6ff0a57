import { assert, assertEquals } from "@std/assert";
import { test } from "node:test";
import type { MetricFamily } from "../../../mod.ts";
import type { Protocol } from "../../../src/push/remote_write/protocol.ts";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import { progress, SentFamily } from "../../../src/push/remote_write/sent_family.ts";
import { isSteadyTime, SteadyBlock } from "../../../src/push/remote_write/steady_block.ts";
import { counterOf, histogramOf } from "../../support/families.ts";
import { decodeRequest, nanBits } from "../../support/remote_write.ts";
import { readSnappy } from "../../support/snappy.ts";
import { linesOf, pushTime } from "../../support/write_steps.ts";

function sentOf(family: MetricFamily): SentFamily {
  return new SentFamily({ family, way: "steady" }, { job: "shop" });
}

/** A block with all samples of these families. */
function blockOf(all: readonly SentFamily[], protocol: Protocol = remoteWrite2(true)): SteadyBlock {
  const block = new SteadyBlock(protocol);
  for (const sent of all) {
    for (let position = 0; position < sent.size; position++) block.append(sent, position, pushTime);
  }
  return block;
}

function queues(count: number): { queue: string }[] {
  return Array.from({ length: count }, (_, at) => ({ queue: `queue-${at % 7}-${at}` }));
}

test("SteadyBlock: each request has the values and the time of its push", () => {
  const jobs = { ...counterOf("jobs_total", { queue: "a" }, { queue: "b" }), created: [1e9, 0] };
  const seconds = histogramOf("job_seconds", {});
  const [first, second] = [jobs, seconds].map(sentOf);
  const block = blockOf([first, second]);
  const start = 1e12 - pushTime;
  const linesAt = (families: readonly MetricFamily[], time: number) =>
    linesOf(block.request((sent) => families[sent === first ? 0 : 1], time));
  assertEquals(linesAt([jobs, seconds], pushTime), [
    `jobs_total{job="shop",queue="a"} 1 @0 from ${start}`,
    `jobs_total{job="shop",queue="b"} 2 @0`,
    `job_seconds_bucket{job="shop",le="1.0"} 1 @0`,
    `job_seconds_bucket{job="shop",le="+Inf"} 1 @0`,
    `job_seconds_sum{job="shop"} 0.5 @0`,
    `job_seconds_count{job="shop"} 1 @0`,
  ]);
  const later = [
    { ...jobs, values: Float64Array.of(7, Infinity) },
    { ...seconds, buckets: Float64Array.of(2, 3), sums: Float64Array.of(-1) },
  ];
  assertEquals(linesAt(later, pushTime + 15_000), [
    `jobs_total{job="shop",queue="a"} 7 @15000 from ${start}`,
    `jobs_total{job="shop",queue="b"} Infinity @15000`,
    `job_seconds_bucket{job="shop",le="1.0"} 2 @15000`,
    `job_seconds_bucket{job="shop",le="+Inf"} 5 @15000`,
    `job_seconds_sum{job="shop"} -1 @15000`,
    `job_seconds_count{job="shop"} 5 @15000`,
  ]);
});

test("SteadyBlock: a NaN has the bits of Prometheus, and does not stay", () => {
  const family = counterOf("jobs_total", {});
  const block = blockOf([sentOf(family)]);
  const bitsWith = (value: number) => {
    const now = { ...family, values: Float64Array.of(value) };
    const { series } = decodeRequest(block.request(() => now, pushTime).body(), "2.0");
    return series[0].samples[0].bits;
  };
  assertEquals(bitsWith(NaN), nanBits);
  assertEquals(bitsWith(0), 0n);
});

test("SteadyBlock: a request may begin and end within the series of a family", () => {
  const seconds = histogramOf("job_seconds", ...queues(3));
  const sent = sentOf(seconds);
  const block = new SteadyBlock(remoteWrite2(false));
  for (let position = 3; position < 9; position++) block.append(sent, position, pushTime);
  const now = { ...seconds, sums: Float64Array.of(10, 20, 30) };
  const request = block.request(() => now, pushTime);
  assertEquals(linesOf(request).map((line) => line.replace(/\{.*"queue/, " queue")), [
    `job_seconds_count queue-0-0"} 1 @0`,
    `job_seconds_bucket queue-1-1"} 1 @0`,
    `job_seconds_bucket queue-1-1"} 1 @0`,
    `job_seconds_sum queue-1-1"} 20 @0`,
    `job_seconds_count queue-1-1"} 1 @0`,
    `job_seconds_bucket queue-2-2"} 1 @0`,
  ]);
  request.settle("written");
  assertEquals([0, 1, 2].map((row) => sent.progressOf(row)), [4, 4, 4]);
});

test("SteadyBlock: what is not written is not settled", () => {
  const family = counterOf("jobs_total", ...queues(3));
  const sent = sentOf(family);
  const request = blockOf([sent]).request(() => family, pushTime);
  assertEquals([request.samples, request.histograms], [3, 0]);
  request.settle("refused");
  assertEquals(sent.progressOf(1), progress.none);
});

test("SteadyBlock: a series that is appended later is in the next request", () => {
  const family = counterOf("jobs_total", ...queues(2));
  const sent = sentOf(family);
  const block = new SteadyBlock(remoteWrite2(true));
  block.append(sent, 0, pushTime);
  assertEquals(linesOf(block.request(() => family, pushTime)).length, 1);
  block.append(sent, 1, pushTime);
  assertEquals(linesOf(block.request(() => family, pushTime + 5)), [
    'jobs_total{job="shop",queue="queue-0-0"} 1 @5',
    'jobs_total{job="shop",queue="queue-1-1"} 2 @5',
  ]);
});

for (const protocol of [remoteWrite2(true), remoteWrite1]) {
  test(`SteadyBlock: 2,000 series in ${protocol.version} take at most 40 % of their size`, () => {
    const sets = queues(2000);
    const family = { ...counterOf("jobs_total", ...sets), created: sets.map(() => 1e9) };
    const block = blockOf([sentOf(family)], protocol);
    assert(block.isFull);
    const request = block.request(() => family, pushTime);
    const lines = linesOf(request, protocol.version);
    assertEquals(lines.length, 2000);
    assert(lines[1999].includes(" 2000 @0"));
    const ratio = request.body().length / readSnappy(request.body()).length;
    assert(ratio < 0.4, `${ratio}`);
  });

  test(`SteadyBlock: in ${protocol.version} labels of any length and the same time for all`, () => {
    const lengths = [1, 100, 70_000, 70_000, 3, 200, 90_000, 90_000, 1];
    const sets = lengths.map((length, at) => ({ queue: String(at).repeat(length) }));
    const family = counterOf("jobs_total", ...sets);
    const block = blockOf([sentOf(family)], protocol);
    for (const time of [pushTime, pushTime + 1]) {
      const lines = linesOf(block.request(() => family, time), protocol.version);
      assertEquals(
        lines.map((line) => line.slice(-4)),
        sets.map((_, at) => `${at + 1} @${time - pushTime}`),
      );
    }
  });
}

test("isSteadyTime: times that take six bytes", () => {
  assertEquals([0, 2 ** 35 - 1, 2 ** 42].map(isSteadyTime), [false, false, false]);
  assertEquals([2 ** 35, pushTime, 2 ** 42 - 1].map(isSteadyTime), [true, true, true]);
});
