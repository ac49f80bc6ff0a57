import { assertEquals } from "@std/assert";
import { test } from "node:test";
import { LayeredState } from "../../examples/stream_processor/layered_state.ts";
import { LruCache } from "../../examples/stream_processor/lru_cache.ts";
import { InMemoryBackend } from "../../examples/stream_processor/state_backend.ts";
import { MetricsRegistry, type OperationLabel, ProcessorMetrics } from "../../mod.ts";

const setUp = (l1: number, l2: number) => {
  const metrics = new ProcessorMetrics(new MetricsRegistry());
  const backend = new InMemoryBackend(metrics);
  const state = new LayeredState(backend, { l1, l2 }, metrics);
  const operations = (operation: OperationLabel) =>
    metrics.stateOperations.labels({ operation, backend: "in_memory" }).get();
  const layers = () =>
    (["l1", "l2"] as const).map((layer) => [
      metrics.stateCacheHits.labels({ layer }).get(),
      metrics.stateCacheMisses.labels({ layer }).get(),
    ]);
  return { metrics, backend, state, operations, layers };
};

const key = (id: string) => ({ group: "g", id });

test("a cache pushes out the entry used longest ago", () => {
  const cache = new LruCache<number>(2);
  assertEquals(cache.set("a", 1), undefined);
  assertEquals(cache.set("b", 2), undefined);
  assertEquals(cache.get("a"), 1);
  assertEquals(cache.set("c", 3), "b");
  assertEquals([cache.get("a"), cache.get("b"), cache.get("c")], [1, undefined, 3]);
  assertEquals(cache.set("a", 4), undefined);
  assertEquals([cache.size, cache.get("a")], [2, 4]);
});

test("the state: a look-up goes from layer to layer and fills those it passed", () => {
  const { state, operations, layers } = setUp(1, 2);
  for (const id of ["a", "b", "c"]) state.put({ key: key(id), value: { id } });
  // L1 holds c; L2 holds b and c; a is only in the backend.
  assertEquals(state.get(key("c")), { id: "c" });
  assertEquals([layers(), operations("get")], [[[1, 0], [0, 0]], 0]);
  assertEquals(state.get(key("b")), { id: "b" });
  assertEquals([layers(), operations("get")], [[[1, 1], [1, 0]], 0]);
  assertEquals(state.get(key("b")), { id: "b" });
  assertEquals([layers(), operations("get")], [[[2, 1], [1, 0]], 0]);
  assertEquals(state.get(key("a")), { id: "a" });
  assertEquals([layers(), operations("get")], [[[2, 2], [1, 1]], 1]);
  assertEquals(state.get(key("a")), { id: "a" });
  assertEquals([layers(), operations("get")], [[[3, 2], [1, 1]], 1]);
});

test("the state: a key that is nowhere misses every layer", () => {
  const { state, operations, layers } = setUp(1, 2);
  assertEquals(state.get(key("a")), undefined);
  assertEquals([layers(), operations("get")], [[[0, 1], [0, 1]], 1]);
});

test("the state: several keys are one operation, only for those that no layer holds", () => {
  const { state, operations } = setUp(1, 1);
  state.putMany(["a", "b", "c"].map((id) => ({ key: key(id), value: id })));
  assertEquals([operations("batch_put"), operations("put")], [1, 0]);
  assertEquals(state.getMany(["c"].map(key)), ["c"]);
  assertEquals(operations("batch_get"), 0);
  assertEquals(state.getMany(["a", "x", "c", "b"].map(key)), ["a", undefined, "c", "b"]);
  assertEquals([operations("batch_get"), operations("get")], [1, 0]);
});

test("the state: a deleted key is gone from every layer", () => {
  const { state, operations } = setUp(2, 2);
  state.put({ key: key("a"), value: 1 });
  state.delete(key("a"));
  assertEquals(state.get(key("a")), undefined);
  assertEquals(operations("delete"), 1);
});

test("the state: a scan finds all values of a group and none of another", () => {
  const { state, operations } = setUp(1, 1);
  for (const id of ["a", "b"]) state.put({ key: key(id), value: id });
  state.put({ key: { group: "other", id: "c" }, value: "c" });
  assertEquals(state.scan<string>("g").sort(), ["a", "b"]);
  assertEquals(state.scan("none"), []);
  assertEquals(operations("scan"), 2);
});

test("the state: its size is that of all keys and values held", () => {
  const { state, backend, metrics } = setUp(1, 1);
  const size = () => metrics.stateSizeBytes.labels({ backend: "in_memory" }).get();
  state.put({ key: key("a"), value: "xyz" });
  // "g" + "a" + the five characters of "xyz" with its quotation marks.
  assertEquals(size(), 7);
  state.put({ key: key("a"), value: 1 });
  assertEquals(size(), 3);
  state.delete(key("a"));
  assertEquals([size(), backend.bytes], [0, 0]);
});

test("the state: an entry is evicted when its time has come, from every layer", () => {
  const { state, metrics } = setUp(9, 9);
  const evictions = () => metrics.stateEvictions.labels({ backend: "in_memory" }).get();
  state.put({ key: key("a"), value: 1, expiresAt: 10 });
  state.put({ key: key("b"), value: 2 });
  state.evictExpired(9);
  assertEquals([state.get(key("a")), evictions()], [1, 0]);
  state.evictExpired(10);
  assertEquals([state.get(key("a")), state.get(key("b")), evictions()], [undefined, 2, 1]);
});

test("the state: an entry that was put again or deleted does not expire with its older self", () => {
  const { state, metrics } = setUp(9, 9);
  state.put({ key: key("a"), value: 1, expiresAt: 10 });
  state.put({ key: key("a"), value: 2, expiresAt: 20 });
  state.put({ key: key("b"), value: 3, expiresAt: 10 });
  state.delete(key("b"));
  state.evictExpired(15);
  assertEquals(state.get(key("a")), 2);
  assertEquals(metrics.stateEvictions.labels({ backend: "in_memory" }).get(), 0);
});
