/**
 * Metrics that are sent, from where nobody can scrape: Remote Write and the Pushgateway. It needs
 * no package, only `fetch`.
 *
 * @module
 */
export type { Authorization } from "./push/delivery/authorization.ts";
export type { EndpointOptions } from "./push/delivery/endpoint.ts";
export { PushError, type PushFailure } from "./push/delivery/push_error.ts";
export { type PushedGroup, Pushgateway } from "./push/pushgateway.ts";
export type { PushgatewayOptions } from "./push/pushgateway_options.ts";
export type { PushOptions } from "./push/push_options.ts";
export type { PushReport } from "./push/push_report.ts";
export type { HistogramMode } from "./push/remote_write/parts.ts";
export { RemoteWriter } from "./push/remote_writer.ts";
export type { RemoteWriterOptions } from "./push/remote_writer_options.ts";
