import type { Gatherer } from "../../model/collector.ts";
import { reasonOf } from "../../model/errors.ts";
import { encodedAlready } from "./compression.ts";
import { failsafe, silentLogger } from "../../model/logger.ts";
import { isRead, methodNotAllowed, notice, respond, responseTo } from "../methods.ts";
import { checkScrape } from "./check_scrape.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import { gatherFailure, readQuestion, ScrapeFailure, scrapePage } from "./scrape_page.ts";
import { type ScrapeTarget, scrapeTargetOf } from "./scrape_target.ts";
import { pageKey } from "./shared_pages.ts";

/**
 * Answers a request for metrics, in any framework that speaks `Request` and `Response`.
 *
 * The request selects the format and the compression, and with `name[]` in its query, which may be
 * repeated, the families by name. Scrapes side by side share one gathering, and in one format one
 * page: its numbers may have been read up to a tenth of the timeout before the request. A collector
 * that fails is left out, logged, and counted in `edgeprom_scrape_errors_total`.
 *
 * @throws {MetricsError} If an argument is wrong.
 * @throws {unknown} If `errorMode` is `throw`, the first error of the scrape.
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
  checkScrape(request, gatherer, options);
  return await answerScrape(request, gatherer, options);
}

/** Answers a request for metrics. The arguments are right. */
export async function answerScrape(
  request: Request,
  gatherer: Gatherer,
  options: ScrapeOptions,
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
  let release: (() => void) | undefined;
  try {
    const question = readQuestion(request, options);
    const gathering = target.gatherings.numberFor(timeoutSeconds);
    release = target.limit.acquire(`${gathering} ${pageKey(question.page)}`, limit);
    if (release === undefined) {
      const reason = `Limit of concurrent requests reached (${limit}), try again later`;
      return responseTo(request, notice(503, reason, { "Retry-After": "1" }));
    }
    const { headers, bytes } = await scrapePage(question, target, options);
    if (request.method === "HEAD") return respond(request, bytes, { headers });
    const body = target.readers.bodyOf(bytes, timeoutSeconds);
    return new Response(body, { headers, ...encodedAlready });
  } catch (error) {
    const failure = error instanceof ScrapeFailure ? error : unexpected(error, target);
    failsafe(options.logger ?? silentLogger).error(`scrape: ${failure.message}`);
    if (errorMode === "throw") throw failure.cause ?? failure;
    return responseTo(request, notice(failure.status, failure.message));
  } finally {
    release?.();
  }
}

/** The failure for an error that a gatherer must not throw. */
function unexpected(error: unknown, target: ScrapeTarget): ScrapeFailure {
  target.metrics.fail("collector");
  return gatherFailure(reasonOf(error), error);
}
