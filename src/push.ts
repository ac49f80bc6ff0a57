/**
 * Metrics that are sent, from where nobody can scrape: by Remote Write, to a Pushgateway, or as what
 * has changed to an aggregator. It needs no package, only `fetch`.
 *
 * @example
 * ```ts
 * import { RemoteWriter } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 *
 * const registry = new MetricsRegistry();
 * const writer = new RemoteWriter({
 *   url: "https://prometheus.example.com/api/v1/write",
 *   gatherer: registry,
 *   labels: { job: "checkout", instance: "eu-1" },
 * });
 *
 * export async function run(work: () => Promise<void>): Promise<void> {
 *   writer.start(); // every 15 s
 *   await work().finally(() => writer.stop()); // once more, and the series end
 * }
 * ```
 *
 * @module
 */
export type { Authorization } from "./push/delivery/authorization.ts";
export type { EndpointOptions } from "./push/delivery/endpoint.ts";
export { PushError, type PushFailure } from "./push/delivery/push_error.ts";
export { DeltaPusher } from "./push/delta_pusher/delta_pusher.ts";
export type { DeltaPusherOptions, DeltaTarget } from "./push/delta_pusher/delta_pusher_options.ts";
export type { DeltaReport } from "./push/delta_pusher/delta_report.ts";
export {
  type Flushable,
  pushAfterResponse,
  type PushAfterResponseOptions,
  type PushMiddleware,
  type ResponseContext,
} from "./push/push_after_response.ts";
export { type PushedGroup, Pushgateway } from "./push/pushgateway/pushgateway.ts";
export type { PushgatewayOptions } from "./push/pushgateway/pushgateway_options.ts";
export type { PushOptions } from "./push/push_options.ts";
export type { PushReport } from "./push/push_report.ts";
export type { HistogramMode } from "./push/remote_write/parts.ts";
export { RemoteWriter } from "./push/remote_writer/remote_writer.ts";
export type { RemoteWriterOptions } from "./push/remote_writer/remote_writer_options.ts";
