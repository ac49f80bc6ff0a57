import type { MetricFamily } from "../../model/snapshot.ts";
import { MetricsError, reasonOf } from "../../model/errors.ts";
import { encodeCooperatively } from "../../exposition/encoding/encode_cooperatively.ts";
import { negotiate } from "../../exposition/formats.ts";
import { gzip, wantsGzip } from "./compression.ts";
import type { Logger } from "../logger.ts";
import type { ScrapeErrorCause } from "./scrape_metrics.ts";
import type { ScrapeOptions } from "./scrape_options.ts";
import { headerOf, namesOf, secondsFor } from "./scrape_request.ts";
import type { ScrapeTarget } from "./scrape_target.ts";
import { timedOut } from "./shared_gatherings.ts";

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
  logger: Logger,
): Promise<Page> {
  const names = namesOf(request);
  if (names === undefined) throw new ScrapeFailure(414, "The query is too long");
  const { timeoutSeconds = 10, timeoutOffsetSeconds = 0.5 } = options;
  const seconds = secondsFor(request, timeoutSeconds, timeoutOffsetSeconds);
  const gathering = await target.gatherings.gather(seconds);
  if (gathering === timedOut) {
    target.metrics.fail("collector");
    throw new ScrapeFailure(503, `Exceeded configured timeout of ${seconds} s`);
  }

  const failures: MetricsError[] = [];
  const report = (cause: ScrapeErrorCause) => (error: MetricsError) => {
    target.metrics.fail(cause);
    logger.warn(`scrape: ${error.message}`);
    failures.push(error);
  };
  gathering.errors.forEach(report("collector"));
  const own = options.selfMetrics === false ? [] : await target.metrics.collect(
    gathering.families,
    gathering.overflows,
    gathering.droppedExemplars,
  );
  const families = select([...gathering.families, ...own], names);
  const { encoder, escaping, contentType } = negotiate(
    headerOf(request, "Accept"),
    options.formats,
  );
  const bytes = await encodeCooperatively(encoder, families, {
    escaping,
    onError: report("encoding"),
  });
  if (failures.length > 0 && (options.errorMode ?? "continue") !== "continue") {
    throw gatherFailure(failures.map(reasonOf).join("; "), failures[0]);
  }

  const headers = new Headers({
    "Content-Type": contentType,
    "Cache-Control": "no-store",
    "Vary": "Accept, Accept-Encoding",
  });
  const { compression = true } = options;
  const compress = compression && wantsGzip(headerOf(request, "Accept-Encoding"), bytes.length);
  if (!compress) return { headers, bytes };
  headers.set("Content-Encoding", "gzip");
  return { headers, bytes: await gzip(bytes) };
}

/** The failure of a scrape with an error, whose reason is cut to the length of a line. */
export function gatherFailure(reason: string, cause: unknown): ScrapeFailure {
  return new ScrapeFailure(
    500,
    `The metrics could not be gathered: ${reason.slice(0, 1000)}`,
    cause,
  );
}

function select(
  families: readonly MetricFamily[],
  names: ReadonlySet<string>,
): readonly MetricFamily[] {
  return names.size === 0 ? families : families.filter(({ name }) => names.has(name));
}
