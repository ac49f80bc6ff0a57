import type { Gatherer } from "../../model/collector.ts";
import { reasonOf } from "../../model/errors.ts";
import { encodedAlready } from "./compression.ts";
import { failsafe, silentLogger } from "../logger.ts";
import { isRead, methodNotAllowed } from "../methods.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import { gatherFailure, ScrapeFailure, scrapePage } from "./scrape_page.ts";
import { type ScrapeTarget, scrapeTargetOf } from "./scrape_target.ts";

/**
 * Answers a request for metrics, in any framework that speaks `Request` and `Response`.
 *
 * The request selects the format and the compression, and with `name[]` in its query, which may be
 * repeated, the families by name. Concurrent scrapes share one gathering. It does not reject unless
 * `errorMode` is `throw`: a collector that fails is left out, logged, and counted in
 * `edgeprom_scrape_errors_total`.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, scrape } from "@edgeprom/edgeprom";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.gauge({ name: "queue_length", help: "Jobs that wait." }).set(3);
 *
 * const response = await scrape(new Request("http://localhost/metrics"), registry);
 * assertStringIncludes(await response.text(), "queue_length 3");
 * ```
 *
 * @category Serving
 */
export async function scrape(
  request: Request,
  gatherer: Gatherer,
  options: ScrapeOptions = {},
): Promise<Response> {
  if (!isRead(request)) return methodNotAllowed(request);
  const target = scrapeTargetOf(gatherer);
  if (options.selfMetrics !== false) target.metrics.appear();
  const start = performance.now();
  let status = 500;
  try {
    const response = await answer(request, target, options);
    status = response.status;
    return response;
  } finally {
    target.metrics.record(status, (performance.now() - start) / 1000);
  }
}

async function answer(
  request: Request,
  target: ScrapeTarget,
  options: ScrapeOptions,
): Promise<Response> {
  const { maxRequestsInFlight: limit = 40, timeoutSeconds = 10, errorMode } = options;
  const permit = target.limit.acquire(limit);
  if (permit === undefined) {
    const reason = `Limit of concurrent requests reached (${limit}), try again later`;
    return refusal(request, 503, reason, { "Retry-After": "1" });
  }
  const logger = failsafe(options.logger ?? silentLogger);
  try {
    const { headers, bytes } = await scrapePage(request, target, options, logger);
    if (request.method !== "HEAD") {
      return new Response(permit.bodyOf(bytes, timeoutSeconds), { headers, ...encodedAlready });
    }
    permit.release();
    return new Response(null, { headers });
  } catch (error) {
    permit.release();
    const failure = error instanceof ScrapeFailure ? error : unexpected(error, target);
    logger.error(`scrape: ${failure.message}`);
    if (errorMode === "throw") throw failure.cause ?? failure;
    return refusal(request, failure.status, failure.message);
  }
}

/** The failure for an error that a gatherer must not throw. */
function unexpected(error: unknown, target: ScrapeTarget): ScrapeFailure {
  target.metrics.fail("collector");
  return gatherFailure(reasonOf(error), error);
}

/** A response without a page: a line for people to read. */
function refusal(
  request: Request,
  status: number,
  reason: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return new Response(request.method === "HEAD" ? null : `${reason}\n`, {
    status,
    headers: {
      "Cache-Control": "no-store",
      "Content-Type": "text/plain; charset=utf-8",
      ...headers,
    },
  });
}
