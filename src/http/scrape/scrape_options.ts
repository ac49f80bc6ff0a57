import type { FormatOptions } from "../../exposition/formats.ts";
import type { Logger } from "../logger.ts";

/** What becomes of a scrape in which something failed. */
export type ScrapeErrorMode = "continue" | "http" | "throw";

/** How a scrape is answered. */
export interface ScrapeOptions {
  /** Whether to compress for a client that accepts gzip; true by default. */
  readonly compression?: boolean;
  /**
   * The time that collectors have together; 10 s by default, and less where Prometheus says in
   * `X-Prometheus-Scrape-Timeout-Seconds` that it waits less long.
   */
  readonly timeoutSeconds?: number;
  /** How much earlier than Prometheus gives up the collectors have to be done; 0.5 s by default. */
  readonly timeoutOffsetSeconds?: number;
  /** How many scrapes may be in flight; 40 by default. Others are answered with 503. */
  readonly maxRequestsInFlight?: number;
  /**
   * What becomes of a scrape in which something failed: `continue`, the default, serves what there
   * is; `http` answers with 500 and says what failed; `throw` rejects with the first error.
   */
  readonly errorMode?: ScrapeErrorMode;
  /** Whether a page tells of the scrapes before it, and of its own series; true by default. */
  readonly selfMetrics?: boolean;
  /** Which formats a request may ask for, besides text; protobuf by default. */
  readonly formats?: FormatOptions;
  /** Told of collectors and families that failed; silent by default. */
  readonly logger?: Logger;
}
