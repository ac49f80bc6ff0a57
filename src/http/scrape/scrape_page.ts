import type { Gathering } from "../../model/collector.ts";
import { MetricsError, reasonOf } from "../../model/errors.ts";
import { negotiate } from "../../exposition/formats.ts";
import { acceptedEncoding, wantsGzip } from "./compression.ts";
import { failsafe, type Logger } from "../logger.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import { headerOf, namesOf, secondsFor } from "./scrape_request.ts";
import type { ScrapeTarget } from "./scrape_target.ts";
import { timedOut } from "./shared_gathering.ts";

/** An exposition page, ready to be sent. */
export interface Page {
  /** The headers of the response. */
  readonly headers: Headers;
  /** The bytes, compressed if the headers say so. */
  readonly bytes: Uint8Array<ArrayBuffer>;
}

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

/**
 * Gathers and encodes the page for a request.
 *
 * @throws {ScrapeFailure} If no page can be produced, or `errorMode` asks to report a failure.
 */
export async function scrapePage(
  request: Request,
  target: ScrapeTarget,
  options: ScrapeOptions,
): Promise<Page> {
  const names = namesOf(request);
  if (names === undefined) throw new ScrapeFailure(414, "The query is too long");
  const { timeoutSeconds = 10, timeoutOffsetSeconds = 0.5 } = options;
  const seconds = secondsFor(request, timeoutSeconds, timeoutOffsetSeconds);
  const shared = target.gatherings.join(timeoutSeconds);
  try {
    const gathering = await shared.wait(seconds);
    if (gathering === timedOut) {
      target.metrics.fail("collector");
      throw new ScrapeFailure(503, `Exceeded configured timeout of ${seconds} s`);
    }
    return await encodedPage(request, target, options, gathering, names);
  } finally {
    shared.leave();
  }
}

function encodedPage(
  request: Request,
  { pages }: ScrapeTarget,
  options: ScrapeOptions,
  gathering: Gathering,
  names: ReadonlySet<string>,
): Promise<Page> {
  const { compression = true, selfMetrics = true, errorMode = "continue", logger } = options;
  const { contentType, ...format } = negotiate(headerOf(request, "Accept"), options.formats);
  const accepted = compression ? acceptedEncoding(request) : null;
  const compresses = (bytes: number) => wantsGzip(accepted, bytes);
  const pageRequest = { ...format, names, selfMetrics, wantsGzip: compresses };
  return pages.withPage(gathering, pageRequest, async (page) => {
    const { bytes, failures } = page;
    if (logger !== undefined) logOnce(failures, logger);
    if (failures.length > 0 && errorMode !== "continue") {
      throw gatherFailure(failures.map(reasonOf).join("; "), failures[0]);
    }
    const headers = new Headers({
      "Content-Type": contentType,
      "Cache-Control": "no-store",
      "Vary": "Accept, Accept-Encoding",
    });
    if (!compresses(bytes.length)) return { headers, bytes };
    headers.set("Content-Encoding", "gzip");
    return { headers, bytes: await page.compressed() };
  });
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
