/**
 * Many threads, or many processes, and one scrape.
 *
 * @example
 * ```ts
 * import { createMetricsApp } from "@edgeprom/edgeprom";
 * import { sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry = sharedRegistry();
 * registry.counter({ name: "starts_total", help: "Threads that were started." }).inc();
 *
 * export default createMetricsApp({ registry });
 * ```
 *
 * @module
 */
export type { SharedRegistryHandle } from "./threads/group/handle.ts";
export { mergeGatherings, type WorkerGathering } from "./merge/merge_gatherings.ts";
export {
  ProcessAggregator,
  type ProcessAggregatorOptions,
} from "./processes/process_aggregator.ts";
export type { ProcessChannel } from "./processes/process_messages.ts";
export { type ProcessWorker, serveProcess } from "./processes/process_worker.ts";
export { joinSharedRegistry, sharedRegistry } from "./threads/open_registry.ts";
export type { Compaction, Segment } from "./threads/memory/segment.ts";
export type { SharedRegistry, SharedRegistryOptions } from "./threads/shared_registry.ts";
export type { WorkerLike } from "./threads/group/worker_exit.ts";
