/**
 * One truth from many isolates: what their `DeltaPusher`s send adds up here, each batch exactly once.
 *
 * @example
 * ```ts
 * import { Aggregator, createAggregatorApp, sqliteStore } from "@edgeprom/edgeprom/aggregate";
 *
 * export function app(secret: string) {
 *   const aggregator = new Aggregator({ store: sqliteStore("metrics.db") });
 *   return createAggregatorApp({ aggregator, authorize: { bearer: secret } });
 * }
 * ```
 *
 * @module
 */
export { Aggregator } from "./aggregate/aggregator.ts";
export type { AggregatorOptions } from "./aggregate/aggregator_options.ts";
export type { AnsweredBatch } from "./aggregate/answered_batch.ts";
export { type AggregatorAppOptions, createAggregatorApp } from "./aggregate/app/aggregator_app.ts";
export type { Authorize } from "./aggregate/app/authorize.ts";
export type { AggregateStore, StoredAggregate } from "./aggregate/log/store.ts";
export { StoreError } from "./aggregate/log/store_error.ts";
export type { Shard } from "./aggregate/shards.ts";
export {
  type DurableObjectStorage,
  durableObjectStore,
  type DurableObjectStoreOptions,
} from "./aggregate/stores/durable_object_store.ts";
export { memoryStore } from "./aggregate/stores/memory_store.ts";
export { sqliteStore } from "./aggregate/stores/sqlite_store.ts";
export type { BatchReply, BatchResult, RefusedFamily } from "./deltas/reply.ts";
