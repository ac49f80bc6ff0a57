import { Hono } from "hono";
import type { Gatherer } from "../../model/collector.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { checkSettings, settingsIn } from "./configuration.ts";
import { ServerStartError } from "../errors.ts";
import { isRead, methodNotAllowed, responseTo } from "../methods.ts";
import { type MetricsPaths, readPaths } from "./paths.ts";
import { createProbes, type ProbeOptions } from "./probes.ts";
import { answerScrape } from "../scrape/scrape.ts";
import type { ScrapeOptions } from "../scrape/scrape_options.ts";

/**
 * Options of the metrics app.
 *
 * @category Serving
 */
export interface MetricsAppOptions extends ScrapeOptions, ProbeOptions {
  /** The registry, or any other gatherer, that is scraped; the default registry by default. */
  readonly registry?: Gatherer;
  /** Paths of the endpoints. */
  readonly paths?: MetricsPaths;
}

/**
 * A Hono app with `/metrics`, `/health` and `/ready`.
 *
 * Serve it alone, or mount it in your own app under any path. Middleware such as authentication
 * applies to it as to any route.
 *
 * @throws {ServerStartError} If an option is wrong. The message names it, its value, and what is
 * allowed.
 *
 * @example
 * ```ts
 * import { createMetricsApp, MetricsRegistry } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 * import { Hono } from "hono";
 *
 * const app = new Hono();
 * app.route("/ops", createMetricsApp({ registry: new MetricsRegistry(), version: "1.2.3" }));
 *
 * const response = await app.request("/ops/ready");
 * assertEquals(response.status, 200);
 * ```
 *
 * @category Serving
 */
export function createMetricsApp(options: MetricsAppOptions = {}): Hono {
  const registry = options.registry ?? MetricsRegistry.global();
  const { problems } = checkSettings(settingsIn(options));
  if (problems !== undefined) throw new ServerStartError(`the metrics app: ${problems}`);
  const paths = readPaths(options.paths);
  const probes = createProbes(options);
  const app = new Hono();
  app.all(paths.metrics, ({ req }) => answerScrape(req.raw, registry, options));
  for (const probe of ["health", "ready"] as const) {
    app.all(
      paths[probe],
      async ({ req: { raw } }) =>
        isRead(raw) ? await responseTo(raw, await probes[probe]()) : methodNotAllowed(raw),
    );
  }
  return app;
}
