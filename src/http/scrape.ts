import type { Gatherer, Gathering } from "../core/collector.ts";
import { type EncodingError, reasonOf } from "../core/errors.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import { type FormatOptions, negotiate } from "../exposition/formats.ts";
import { encodedAlready, gzip, wantsGzip } from "./compression.ts";
import { setDeadline } from "./deadline.ts";
import { failsafe, type Logger, silentLogger } from "./logger.ts";
import { isRead, methodNotAllowed } from "./methods.ts";
import { scrapeErrorsOf } from "./scrape_errors.ts";

/** How a scrape is answered. */
export interface ScrapeOptions {
  /** Whether to compress for a client that accepts gzip; true by default. */
  readonly compression?: boolean;
  /**
   * The time that collectors have together; 10 s by default, and less where Prometheus says in
   * `X-Prometheus-Scrape-Timeout-Seconds` that it waits less long.
   */
  readonly timeoutSeconds?: number;
  /** Which formats a request may ask for, besides text; protobuf by default. */
  readonly formats?: FormatOptions;
  /** Told of collectors and families that failed; silent by default. */
  readonly logger?: Logger;
}

/**
 * Answers a request for metrics, in any framework that speaks `Request` and `Response`.
 *
 * The format and the compression are those that the request asks for; `name[]` in the query, which
 * may be repeated, leaves only the families of these names. It does not reject: a collector that
 * fails is left out, logged, and counted in `edgeprom_scrape_errors_total`.
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
 */
export async function scrape(
  request: Request,
  gatherer: Gatherer,
  options: ScrapeOptions = {},
): Promise<Response> {
  if (!isRead(request)) return methodNotAllowed(request);
  const { compression = true } = options;
  const logger = failsafe(options.logger ?? silentLogger);
  const failures = scrapeErrorsOf(gatherer);
  try {
    const gathering = await gatherInTime(request, gatherer, options.timeoutSeconds ?? 10);
    for (const error of gathering.errors) {
      failures.inc({ cause: "collector" });
      logger.warn(`scrape: ${error.message}`);
    }
    const accept = request.headers.get("Accept");
    const { encoder, escaping, contentType } = negotiate(accept, options.formats);
    const own = failures.collect().filter(({ name }) =>
      gathering.families.every((family) => family.name !== name)
    );
    const families = select(request, [...gathering.families, ...own]);
    const onError = (error: EncodingError) => {
      failures.inc({ cause: "encoding" });
      logger.warn(`scrape: ${error.message}`);
    };
    const page = encoder.encode(families, { escaping, onError });
    const headers = new Headers({
      "Content-Type": contentType,
      "Cache-Control": "no-store",
      "Vary": "Accept, Accept-Encoding",
    });
    const compress = compression && wantsGzip(request.headers.get("Accept-Encoding"), page.length);
    if (compress) headers.set("Content-Encoding", "gzip");
    const body = compress ? await gzip(page) : page;
    return new Response(request.method === "HEAD" ? null : body, { headers, ...encodedAlready });
  } catch (error) {
    const reason = reasonOf(error);
    failures.inc({ cause: "collector" });
    logger.error(`scrape: ${reason}`);
    const body = `The metrics could not be gathered: ${reason}\n`;
    return new Response(request.method === "HEAD" ? null : body, {
      status: 500,
      headers: { "Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store" },
    });
  }
}

async function gatherInTime(
  request: Request,
  gatherer: Gatherer,
  timeoutSeconds: number,
): Promise<Gathering> {
  const asked = Number(request.headers.get("X-Prometheus-Scrape-Timeout-Seconds"));
  // A tenth is left for writing and sending the page before the server gives up.
  const seconds = asked > 0 ? Math.min(timeoutSeconds, asked * 0.9) : timeoutSeconds;
  const deadline = new AbortController();
  const cancel = setDeadline(seconds, () => deadline.abort());
  try {
    return await gatherer.gather({ signal: deadline.signal });
  } finally {
    cancel();
  }
}

function select(request: Request, families: readonly MetricFamily[]): readonly MetricFamily[] {
  const names = new Set(new URL(request.url).searchParams.getAll("name[]"));
  return names.size === 0 ? families : families.filter(({ name }) => names.has(name));
}
