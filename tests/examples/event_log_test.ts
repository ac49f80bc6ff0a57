import { assertEquals, assertThrows } from "@std/assert";
import { test } from "node:test";
import { CommitError, Consumer } from "../../examples/stream_processor/consumer.ts";
import { Topic } from "../../examples/stream_processor/event_log.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

const setUp = (partitions: number, retention = 100) => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const topic = new Topic<number>({ name: "t", partitions, retention, clock: () => 7 }, metrics);
  return { metrics, topic, consumer: new Consumer(topic, metrics) };
};

test("records of one key are in one partition, with offsets from 0", () => {
  const { topic } = setUp(4);
  const records = [1, 2, 3].map((value) => topic.produce("ORD", value));
  assertEquals(new Set(records.map(({ partition }) => partition)).size, 1);
  assertEquals(records.map(({ offset }) => offset), [0, 1, 2]);
  assertEquals(records[0].appendedAt, 7);
  assertEquals(topic.endOffset(records[0].partition), 3);
});

test("keys spread over all partitions", () => {
  const { topic } = setUp(4);
  const keys = ["ATL", "DEN", "DFW", "DTW", "JFK", "LAS", "LAX", "MSP", "ORD", "PHX", "SEA", "SFO"];
  const partitions = new Set(keys.map((key) => topic.produce(key, 0).partition));
  assertEquals([...partitions].sort(), [0, 1, 2, 3]);
});

test("the event log counts what is produced and consumed by topic and partition", () => {
  const { topic, consumer, metrics } = setUp(1);
  for (const value of [1, 2, 3]) topic.produce("ORD", value);
  consumer.poll(2);
  const labels = { topic: "t", partition: 0 };
  assertEquals(metrics.kafkaMessagesProduced.labels(labels).get(), 3);
  assertEquals(metrics.kafkaMessagesConsumed.labels(labels).get(), 2);
});

test("a poll takes the partitions' records in the order they were appended", () => {
  const { topic, consumer } = setUp(3);
  const keys = ["ATL", "DEN", "DFW", "DTW", "JFK", "LAS", "LAX", "MSP"];
  keys.forEach((key, index) => topic.produce(key, index));
  assertEquals(consumer.poll(5).map(({ value }) => value), [0, 1, 2, 3, 4]);
  topic.produce("ATL", 8);
  assertEquals(consumer.poll(100).map(({ value }) => value), [5, 6, 7, 8]);
  assertEquals(consumer.poll(100), []);
});

test("the lag is what is not committed, read or not", () => {
  const { topic, consumer, metrics } = setUp(1);
  for (const value of [1, 2, 3]) topic.produce("ORD", value);
  consumer.poll(2);
  assertEquals(consumer.lag(0), 3);
  consumer.commit(0, 2);
  assertEquals(consumer.measureLag(), 1);
  assertEquals(metrics.kafkaConsumerLag.labels({ topic: "t", partition: 0 }).get(), 1);
});

test("a commit may repeat the last one and reach the end", () => {
  const { topic, consumer } = setUp(1);
  topic.produce("ORD", 1);
  consumer.commit(0, 1);
  consumer.commit(0, 1);
  assertEquals(consumer.lag(0), 0);
});

test("a commit that goes back or beyond the end fails, is counted and changes nothing", () => {
  const { topic, consumer, metrics } = setUp(1);
  for (const value of [1, 2, 3]) topic.produce("ORD", value);
  consumer.commit(0, 2);
  assertThrows(() => consumer.commit(0, 1), CommitError, "between 2, the last one committed");
  assertThrows(() => consumer.commit(0, 4), CommitError, "the end at 3");
  assertEquals(metrics.kafkaOffsetCommitErrors.labels({ topic: "t", partition: 0 }).get(), 2);
  assertEquals(consumer.lag(0), 1);
});

test("a partition drops old records, but its offsets go on", () => {
  const { topic } = setUp(1, 3);
  for (let value = 0; value < 6; value++) topic.produce("ORD", value);
  assertEquals(topic.endOffset(0), 6);
  assertEquals(topic.read(0, 3)?.value, 3);
  assertEquals(topic.read(0, 6), undefined);
  assertThrows(() => topic.read(0, 2), RangeError, "no longer kept");
});
