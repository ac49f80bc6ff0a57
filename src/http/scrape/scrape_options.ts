import { allFormats, type FormatOptions } from "../../exposition/formats.ts";
import {
  aBoolean,
  aDuration,
  anObject,
  oneOf,
  type OptionRule,
  type OptionRules,
} from "../../model/options.ts";
import { aLogger, type Logger } from "../../model/logger.ts";

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
   * The time that all collectors share; 10 s by default. A client that announces a shorter timeout
   * in `X-Prometheus-Scrape-Timeout-Seconds` gets what there is by then, and 0.1 s is the shortest;
   * the collectors go on for clients with more time.
   */
  readonly timeoutSeconds?: number;
  /** Seconds before the timeout of Prometheus at which the page is made; 0.5 by default. */
  readonly timeoutOffsetSeconds?: number;
  /**
   * Maximum number of pages that are made at the same time; 40 by default. Scrapes that share a page
   * count as one, and who reads a page does not count. Further scrapes are answered with 503.
   */
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

const aLimit: OptionRule = {
  expected: "a whole number from 1 up",
  fits: (value) => Number.isInteger(value) && Number(value) >= 1,
};

/** What the options of a scrape may be. */
export const scrapeOptionRules: OptionRules<ScrapeOptions> = {
  compression: aBoolean,
  timeoutSeconds: aDuration,
  timeoutOffsetSeconds: aDuration,
  maxRequestsInFlight: aLimit,
  errorMode: /* @__PURE__ */ oneOf("continue", "http", "throw"),
  selfMetrics: aBoolean,
  formats: anObject,
  logger: aLogger,
};

/** What the option `formats` may be: each format is on or off, or has settings. */
export function formatRules(): OptionRules<FormatOptions> {
  const rules = allFormats().map(({ option, settings }) => [option, formatRule(settings)]);
  return Object.fromEntries(rules);
}

function formatRule(allowed: object | undefined): OptionRule {
  if (allowed === undefined) return aBoolean;
  const settings = allowed as Readonly<Record<string, readonly unknown[]>>;
  return {
    expected: `true, false, or an object with ${Object.keys(settings).join(" and ")}`,
    fits: (value: unknown) =>
      aBoolean.fits(value) || anObject.fits(value) &&
        Object.entries(value as object).every(([name, setting]) =>
          setting === undefined ||
          Object.hasOwn(settings, name) && settings[name].includes(setting)
        ),
  };
}
