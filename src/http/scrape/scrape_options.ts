import type { FormatOptions } from "../../exposition/formats.ts";
import type { Logger } from "../logger.ts";

/**
 * How a scrape in which something failed is answered.
 *
 * @category Serving
 */
export type ScrapeErrorMode = "continue" | "http" | "throw";

/**
 * Options of a scrape.
 *
 * @category Serving
 */
export interface ScrapeOptions {
  /** Whether to compress for clients that accept gzip; true by default. */
  readonly compression?: boolean;
  /**
   * The time that all collectors share; 10 s by default, and less if Prometheus announces a shorter
   * timeout in `X-Prometheus-Scrape-Timeout-Seconds`.
   */
  readonly timeoutSeconds?: number;
  /** Seconds before the timeout of Prometheus at which collectors must be done; 0.5 by default. */
  readonly timeoutOffsetSeconds?: number;
  /** Maximum number of concurrent scrapes; 40 by default. Others are answered with 503. */
  readonly maxRequestsInFlight?: number;
  /**
   * How a scrape in which something failed is answered: `continue`, the default, serves the other
   * families; `http` answers with 500 and the reasons; `throw` rejects with the first error.
   */
  readonly errorMode?: ScrapeErrorMode;
  /** Whether a page also reports on earlier scrapes and its number of series; true by default. */
  readonly selfMetrics?: boolean;
  /** Formats that a request may select besides text; protobuf by default. */
  readonly formats?: FormatOptions;
  /** Receives the failures of collectors and families; silent by default. */
  readonly logger?: Logger;
}
