import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { Deduplicator } from "../../examples/stream_processor/deduplicator.ts";
import type { Flight } from "../../examples/stream_processor/flights.ts";
import { MetricsRegistry, ProcessorMetrics } from "../../mod.ts";

const flight = (departure: number, changes: Partial<Flight> = {}): Flight => ({
  departure,
  delay: 0,
  distance: 100,
  origin: "ORD",
  destination: "LAX",
  ...changes,
});

const setUp = (capacity: number) => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  return { metrics, deduplicator: new Deduplicator(capacity, metrics) };
};

test("a duplicate is a second report of the same flight, whatever its delay", () => {
  const { deduplicator, metrics } = setUp(10);
  assertEquals(deduplicator.isDuplicate(flight(1)), false);
  assertEquals(deduplicator.isDuplicate(flight(1, { delay: 30 })), true);
  assertEquals(deduplicator.isDuplicate(flight(2)), false);
  assertEquals(deduplicator.isDuplicate(flight(1, { origin: "DFW" })), false);
  assertEquals(deduplicator.isDuplicate(flight(1, { destination: "DFW" })), false);
  assertEquals(metrics.dedupEventsChecked.get(), 5);
  assertEquals(metrics.dedupDuplicatesFound.get(), 1);
  assertEquals(metrics.dedupCacheSize.get(), 4);
});

test("the cache of the deduplicator keeps its bound and forgets the flight seen longest ago", () => {
  const { deduplicator, metrics } = setUp(2);
  for (const departure of [1, 2, 3]) deduplicator.isDuplicate(flight(departure));
  assertEquals([metrics.dedupCacheSize.get(), metrics.dedupCacheEvictions.get()], [2, 1]);
  assertEquals(deduplicator.isDuplicate(flight(3)), true);
  assertEquals(deduplicator.isDuplicate(flight(1)), false);
  assertEquals([metrics.dedupCacheSize.get(), metrics.dedupCacheEvictions.get()], [2, 2]);
});

test("a duplicate renews its entry in the cache", () => {
  const { deduplicator } = setUp(2);
  for (const departure of [1, 2, 1, 3]) deduplicator.isDuplicate(flight(departure));
  assertEquals(deduplicator.isDuplicate(flight(1)), true);
  assertEquals(deduplicator.isDuplicate(flight(2)), false);
});
