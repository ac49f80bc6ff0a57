import { assertEquals, assertStrictEquals } from "@std/assert";
import { test } from "node:test";
import { remoteWrite1 } from "../../../src/push/remote_write/remote_write_1.ts";
import { remoteWrite2 } from "../../../src/push/remote_write/remote_write_2.ts";
import { stale } from "../../../src/push/remote_write/samples.ts";
import { staleHistogram } from "../../../src/push/remote_write/native_samples.ts";
import { type BatchedSeries, SeriesBatch } from "../../../src/push/remote_write/series_batch.ts";
import { decodeRequest } from "../../support/remote_write.ts";
import { pushTime } from "../../support/write_steps.ts";

const jobs: BatchedSeries = {
  labels: ["__name__", "jobs_total", "queue", "a"],
  metadata: { name: "jobs_total", help: "Jobs.", type: "counter", unit: "jobs" },
  value: 5,
  time: pushTime,
  start: pushTime - 1000,
  exemplars: [{ labels: { trace: "1" }, value: 2, timestamp: 1.5 }],
  settle: () => {},
};

test("SeriesBatch: a series of 2.0 with all that it can have", () => {
  const batch = new SeriesBatch(remoteWrite2(true), true);
  batch.append(jobs);
  const request = batch.request();
  const { series, symbols, faults } = decodeRequest(request.body(), "2.0");
  assertEquals({ series, symbols, faults }, {
    series: [{
      labels: [["__name__", "jobs_total"], ["queue", "a"]],
      samples: [{
        timestamp: pushTime,
        startTimestamp: pushTime - 1000,
        value: 5,
        bits: 0x4014_0000_0000_0000n,
      }],
      histograms: [],
      exemplars: [{ labels: [["trace", "1"]], value: 2, timestamp: 1500 }],
      metadata: { type: "counter", help: "Jobs.", unit: "jobs" },
      createdTimestamp: pushTime - 1000,
    }],
    symbols: ["", "__name__", "jobs_total", "queue", "a", "trace", "1", "Jobs.", "jobs"],
    faults: [],
  });
  assertEquals([request.samples, request.histograms], [1, 0]);
});

test("SeriesBatch: a series of 1.0 has no start, and its family is told once", () => {
  const batch = new SeriesBatch(remoteWrite1, true);
  batch.append(jobs);
  batch.append({ ...jobs, value: stale, exemplars: undefined });
  const { series, metadata, faults } = decodeRequest(batch.request().body(), "1.0");
  assertEquals(
    series.map(({ exemplars, samples }) => [exemplars.length, samples[0].startTimestamp]),
    [
      [1, undefined],
      [0, undefined],
    ],
  );
  assertEquals(metadata, [["jobs_total", { type: "counter", help: "Jobs.", unit: "jobs" }]]);
  assertEquals(faults, []);
});

test("SeriesBatch: native histograms are counted by themselves", () => {
  const batch = new SeriesBatch(remoteWrite2(true), true);
  batch.append({ ...jobs, value: staleHistogram });
  batch.append(jobs);
  const { samples, histograms } = batch.request();
  assertEquals([samples, histograms], [1, 1]);
});

test("SeriesBatch: each series is told the answer, and the body stays the same", () => {
  const batch = new SeriesBatch(remoteWrite2(true), true);
  const answers: string[] = [];
  for (const name of ["a", "b"]) {
    batch.append({
      ...jobs,
      settle: (is) => answers.push(`${name} ${is}`),
    });
  }
  const request = batch.request();
  assertStrictEquals(request.body(), request.body());
  request.settle("refused");
  assertEquals(answers, ["a refused", "b refused"]);
});

test("SeriesBatch: it is full with 2,000 series", () => {
  const batch = new SeriesBatch(remoteWrite2(true), true);
  assertEquals([batch.isEmpty, batch.isFull], [true, false]);
  for (let count = 0; count < 2000; count++) batch.append(jobs);
  assertEquals([batch.isEmpty, batch.isFull], [false, true]);
});
