import type { Gatherer } from "../../model/collector.ts";
import { reasonOf } from "../../model/errors.ts";
import { encodedAlready } from "./compression.ts";
import { failsafe, silentLogger } from "../../model/logger.ts";
import { isRead, methodNotAllowed, notice, respond, responseTo } from "../methods.ts";
import type { Page, ShortPage } from "../page.ts";
import { checkScrape } from "./check_scrape.ts";
import { copiesItsBody } from "./copied_body.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import {
  gatherFailure,
  pageAtOnce,
  type Question,
  readQuestion,
  ScrapeFailure,
  scrapePage,
} from "./scrape_page.ts";
import { type ScrapeTarget, scrapeTargetOf } from "./scrape_target.ts";
import type { SharedGathering } from "./shared_gathering.ts";
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

/**
 * Answers a request for metrics, at once if the page is small and needs no waiting. The arguments are
 * right.
 */
export function answerScrape(
  request: Request,
  gatherer: Gatherer,
  options: ScrapeOptions,
  shortPage?: ShortPage,
): Response | Promise<Response> {
  if (!isRead(request)) return methodNotAllowed(request);
  const target = scrapeTargetOf(gatherer);
  if (options.selfMetrics !== false) target.metrics.appear();
  const start = performance.now();
  const recorded = (response: Response) => {
    target.metrics.record(response.status, (performance.now() - start) / 1000);
    return response;
  };
  const answered = answer(request, target, options, shortPage);
  if (!(answered instanceof Promise)) return recorded(answered);
  return answered.then(recorded, (error) => {
    target.metrics.record(500, (performance.now() - start) / 1000);
    throw error;
  });
}

function answer(
  request: Request,
  target: ScrapeTarget,
  options: ScrapeOptions,
  shortPage: ShortPage | undefined,
): Response | Promise<Response> {
  const { maxRequestsInFlight: limit = 40, timeoutSeconds = 10 } = options;
  let end: (() => void) | undefined;
  try {
    const question = readQuestion(request, options);
    const number = target.gatherings.numberFor(timeoutSeconds);
    const release = target.limit.acquire(`${number} ${pageKey(question.page)}`, limit);
    if (release === undefined) {
      const reason = `Limit of concurrent requests reached (${limit}), try again later`;
      return responseTo(request, notice(503, reason, { "Retry-After": "1" }));
    }
    end = release;
    const shared = target.gatherings.join(timeoutSeconds);
    end = () => {
      shared.leave();
      release();
    };
    const page = pageAtOnce(question, shared, target);
    if (page === undefined) return answerLater({ request, question, shared, end }, target, options);
    const response = shortPage !== undefined && request.method === "GET"
      ? shortPage(page)
      : responseOf(request, page, target, options);
    end();
    return response;
  } catch (error) {
    end?.();
    return failureOf(request, error, target, options);
  }
}

/** A scrape that does not end at once. */
interface Scrape {
  readonly request: Request;
  readonly question: Question;
  readonly shared: SharedGathering;
  /** Gives back what it holds. */
  readonly end: () => void;
}

async function answerLater(
  { request, question, shared, end }: Scrape,
  target: ScrapeTarget,
  options: ScrapeOptions,
): Promise<Response> {
  try {
    const page = await scrapePage(question, shared, target, options);
    return responseOf(request, page, target, options);
  } catch (error) {
    return await failureOf(request, error, target, options);
  } finally {
    end();
  }
}

function responseOf(
  request: Request,
  { headers, bytes, release }: Page,
  { readers }: ScrapeTarget,
  { timeoutSeconds = 10 }: ScrapeOptions,
): Response {
  if (request.method === "HEAD") return respond(request, bytes, { headers });
  const body = readers.bodyOf(bytes, timeoutSeconds);
  const response = new Response(body, { headers, ...encodedAlready });
  if (release !== undefined && copiesItsBody(Response)) release();
  return response;
}

/** The response to a scrape that failed; throws if `errorMode` says so. */
async function failureOf(
  request: Request,
  error: unknown,
  target: ScrapeTarget,
  { logger = silentLogger, errorMode }: ScrapeOptions,
): Promise<Response> {
  const failure = error instanceof ScrapeFailure ? error : unexpected(error, target);
  failsafe(logger).error(`scrape: ${failure.message}`);
  if (errorMode === "throw") throw failure.cause ?? failure;
  return await responseTo(request, notice(failure.status, failure.message));
}

/** The failure for an error that a gatherer must not throw. */
function unexpected(error: unknown, target: ScrapeTarget): ScrapeFailure {
  target.metrics.fail("collector");
  return gatherFailure(reasonOf(error), error);
}
