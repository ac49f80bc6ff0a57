/**
 * Many threads, or many processes, and one scrape.
 *
 * @example
 * ```ts
 * import { createMetricsApp } from "@edgeprom/edgeprom";
 * import { sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry = sharedRegistry();
 * registry.counter({ name: "starts", help: "Threads that were started." }).inc();
 *
 * export default createMetricsApp({ registry });
 * ```
 *
 * @module
 */
export type { SharedRegistryHandle } from "./workers/handle.ts";
export { mergeGatherings, type WorkerGathering } from "./workers/merge_gatherings.ts";
export { ProcessAggregator, type ProcessAggregatorOptions } from "./workers/process_aggregator.ts";
export type { ProcessChannel } from "./workers/process_messages.ts";
export { type ProcessWorker, serveProcess } from "./workers/process_worker.ts";
export { joinSharedRegistry, sharedRegistry } from "./workers/open_registry.ts";
export type { Fold, Segment } from "./workers/segment.ts";
export type { SharedRegistry, SharedRegistryOptions } from "./workers/shared_registry.ts";
export type { WorkerLike } from "./workers/worker_end.ts";
