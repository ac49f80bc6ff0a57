import { Hono } from "hono";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";
import { isProcessorRegistry } from "../../registry/processor_registries.ts";
import { checkAppOptions, type MetricsAppOptions, scrapeOptionsIn } from "./app_options.ts";
import { checkSettings, settingsIn } from "./configuration.ts";
import { ServerStartError } from "../errors.ts";
import { isRead, methodNotAllowed, responseTo } from "../methods.ts";
import { readPaths } from "./paths.ts";
import { createProbes } from "./probes.ts";
import type { ShortPage } from "../page.ts";
import { answerScrape } from "../scrape/scrape.ts";

export type { MetricsAppOptions } from "./app_options.ts";

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
  checkAppOptions("the metrics app", options);
  const { problems } = checkSettings(settingsIn(options));
  if (problems !== undefined) throw new ServerStartError(`the metrics app: ${problems}`);
  return appOf(options, { isStopping: () => false });
}

/** What an app has to know of the server that is made for it. */
export interface AppServer {
  /** Whether it shuts down. */
  readonly isStopping: () => boolean;
  /** How it sends a short page. */
  readonly shortPage?: ShortPage;
}

/** The app for options that are checked. */
export function appOf(options: MetricsAppOptions, { isStopping, shortPage }: AppServer): Hono {
  const { registry = MetricsRegistry.global(), logger } = options;
  const paths = readPaths(options.paths, options.livePage);
  const scrapeOptions = scrapeOptionsIn(options);
  const hasProcessor = () => isProcessorRegistry(registry);
  const probes = createProbes(options, { logger, hasProcessor, isStopping });
  const app = new Hono();
  app.all(paths.metrics, ({ req }) => answerScrape(req.raw, registry, scrapeOptions, shortPage));
  for (const probe of ["health", "ready"] as const) {
    app.all(
      paths[probe],
      async ({ req: { raw } }) =>
        isRead(raw) ? await responseTo(raw, await probes[probe]()) : methodNotAllowed(raw),
    );
  }
  if (paths.live !== undefined) {
    app.all(paths.live, async ({ req }) => {
      // Most apps have no such page, so it is loaded by those that need it.
      const { answerLivePage } = await import("../live/live_page.ts");
      return await answerLivePage(req.raw, paths.metrics);
    });
  }
  return app;
}
