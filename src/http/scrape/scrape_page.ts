import { MetricsError, reasonOf } from "../../model/errors.ts";
import { negotiate } from "../../exposition/formats.ts";
import { acceptedEncoding, wantsGzip } from "./compression.ts";
import { failsafe, type Logger } from "../../model/logger.ts";
import type { Page } from "../page.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import { headerOf, namesOf, secondsFor } from "./scrape_request.ts";
import type { PageRequest } from "./shared_pages.ts";
import type { ScrapeTarget } from "./scrape_target.ts";
import { type SharedGathering, timedOut } from "./shared_gathering.ts";

/** The failure of a scrape: there is no page. */
export class ScrapeFailure extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "ScrapeFailure";

  /** The HTTP status of the response. */
  readonly status: number;

  /** Creates the failure with a reason for people to read, and the first error. */
  constructor(status: number, message: string, cause?: unknown) {
    super(message, { cause });
    this.status = status;
  }
}

/** What a request asks for. */
export interface Question {
  /** The page. */
  readonly page: PageRequest;
  /** The `Content-Type` of the response. */
  readonly contentType: string;
  /** How long to wait for collectors. */
  readonly seconds: number;
}

/**
 * Reads what a request asks for.
 *
 * @throws {ScrapeFailure} If its query is too long.
 */
export function readQuestion(request: Request, options: ScrapeOptions): Question {
  const names = namesOf(request);
  if (names === undefined) throw new ScrapeFailure(414, "The query is too long");
  const { compression = true, selfMetrics = true } = options;
  const { timeoutSeconds = 10, timeoutOffsetSeconds = 0.5 } = options;
  const format = negotiate(headerOf(request, "Accept"), options.formats);
  const { encoder, escaping, contentType } = format;
  const accepted = compression ? acceptedEncoding(request) : null;
  return {
    page: {
      encoder,
      escaping,
      names,
      selfMetrics,
      wantsGzip: (bytes) => wantsGzip(accepted, bytes),
    },
    contentType,
    seconds: secondsFor(request, timeoutSeconds, timeoutOffsetSeconds),
  };
}

/**
 * The page for a request if its gathering ended at once, nothing failed, and it is small: made in one
 * go, without a promise or a timer.
 */
export function pageAtOnce(
  { page, contentType }: Question,
  { atOnce: gathering }: SharedGathering,
  { pages }: ScrapeTarget,
): Page | undefined {
  const encoded = gathering && pages.atOnce(gathering, page);
  if (encoded === undefined) return undefined;
  const release = () => pages.reuse(encoded.bytes);
  const isCompressed = page.wantsGzip(encoded.bytes.length);
  const headers = headersOf(contentType, isCompressed);
  if (!isCompressed) return { headers, bytes: encoded.bytes, release };
  const bytes = encoded.compressedAtOnce();
  release();
  return bytes && { headers, bytes };
}

/**
 * Waits for a gathering and encodes the page for a request.
 *
 * @throws {ScrapeFailure} If no page can be produced, or `errorMode` asks to report a failure.
 */
export async function scrapePage(
  { page, contentType, seconds }: Question,
  shared: SharedGathering,
  { pages, metrics }: ScrapeTarget,
  { errorMode = "continue", logger }: ScrapeOptions,
): Promise<Page> {
  const gathering = await shared.wait(seconds);
  if (gathering === timedOut) {
    metrics.fail("collector");
    throw new ScrapeFailure(503, `Exceeded configured timeout of ${seconds} s`);
  }
  return await pages.withPage(gathering, page, async (encoded) => {
    const { bytes, failures } = encoded;
    if (logger !== undefined) logOnce(failures, logger);
    if (failures.length > 0 && errorMode !== "continue") {
      throw gatherFailure(failures.map(reasonOf).join("; "), failures[0]);
    }
    const isCompressed = page.wantsGzip(bytes.length);
    return {
      headers: headersOf(contentType, isCompressed),
      bytes: isCompressed ? await encoded.compressed() : bytes,
    };
  });
}

function headersOf(contentType: string, isCompressed: boolean): Page["headers"] {
  const headers = {
    "Content-Type": contentType,
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Encoding",
  };
  return isCompressed ? { ...headers, "Content-Encoding": "gzip" } : headers;
}

/** The loggers that have got a failure. */
const informed = new WeakMap<MetricsError, WeakSet<Logger>>();

/** Logs failures, each once for all scrapes that share it. */
function logOnce(failures: readonly MetricsError[], logger: Logger): void {
  for (const failure of failures) {
    const loggers = informed.get(failure) ?? new WeakSet();
    if (loggers.has(logger)) continue;
    informed.set(failure, loggers.add(logger));
    failsafe(logger).warn(`scrape: ${failure.message}`);
  }
}

/** The failure of a scrape with an error, whose reason is cut to the length of a line. */
export function gatherFailure(reason: string, cause: unknown): ScrapeFailure {
  return new ScrapeFailure(
    500,
    `The metrics could not be gathered: ${reason.slice(0, 1000)}`,
    cause,
  );
}
