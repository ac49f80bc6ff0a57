/**
 * The API of [@prometheus-io/client](https://github.com/prometheus/client_js) 0.16: a program that was
 * written for it runs unchanged, and its pages are the same byte for byte, but for what "What the
 * drop-in does otherwise" in `examples/migrating.md` lists.
 *
 * @example
 * ```ts
 * import client from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const requests = new client.Counter({
 *   name: "http_requests_total",
 *   help: "Requests by method.",
 *   labelNames: ["method"],
 * });
 * requests.inc({ method: "GET" });
 * assertStringIncludes(await client.register.metrics(), 'http_requests_total{method="GET"} 1');
 * ```
 *
 * @module
 */
import { commonJsModule } from "./clients/entry/common_js.ts";
import * as client from "./clients/prometheus_client/client.ts";

export * from "./clients/prometheus_client/client.ts";
/**
 * All names, as `import client from "@prometheus-io/client"` gives them.
 *
 * @category Registry
 */
export * as default from "./clients/prometheus_client/client.ts";

/**
 * All names, as `require()` gives them: there the content type can be set.
 *
 * @example
 * ```ts
 * // In a CommonJS module: const client = require("@edgeprom/edgeprom/prometheus-client");
 * import { "module.exports" as client } from "@edgeprom/edgeprom/prometheus-client";
 *
 * client.contentType = client.prometheusContentType;
 * ```
 *
 * @category Registry
 */
const commonJs: typeof client = commonJsModule(client);
export { commonJs as "module.exports" };
