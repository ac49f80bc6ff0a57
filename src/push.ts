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
export type { PushgatewayOptions, PushOptions } from "./push/pushgateway_options.ts";
