import type { Gatherer } from "../../model/collector.ts";
import {
  aGatherer,
  anything,
  checkOptions,
  type OptionRule,
  type OptionRules,
  withMethod,
} from "../../model/options.ts";
import { ServerStartError } from "../errors.ts";
import { aLogger } from "../../model/logger.ts";
import { scrapeOptionRules, type ScrapeOptions } from "../scrape/scrape_options.ts";
import type { ServerConfiguration } from "./configuration.ts";
import type { MetricsPaths } from "./paths.ts";
import type { ProbeOptions } from "./probes.ts";

/**
 * Options of the metrics app.
 *
 * @category Serving
 */
export interface MetricsAppOptions extends ScrapeOptions, ProbeOptions {
  /** The registry, or any other gatherer, that is scraped; the default registry by default. */
  readonly registry?: Gatherer;
  /** Paths of the endpoints. */
  readonly paths?: MetricsPaths;
  /**
   * Whether to serve a page at the path of the metrics and `/live`, on which people see them move:
   * values, rates, quantiles and the last minutes. False by default. It asks for the metrics like
   * any other client, every two seconds while somebody looks at it. A bundler that splits code puts
   * it into a part of its own, which is loaded when it is first asked for.
   */
  readonly livePage?: boolean;
}

/** Checks that can be run. */
const healthChecks: OptionRule = {
  expected: "a list of checks, each with a name and a method check()",
  fits: (value) =>
    Array.isArray(value) &&
    value.every((check) => withMethod("", "check").fits(check) && typeof check.name === "string"),
};

const scrapeOptionNames = /* @__PURE__ */ Object.keys(scrapeOptionRules) as (keyof ScrapeOptions)[];

/** The rules for the options that are no settings, which have rules of their own. */
const ownRules: Omit<
  OptionRules<MetricsAppOptions & Partial<ServerConfiguration>>,
  Exclude<keyof ScrapeOptions, "logger">
> = {
  registry: aGatherer,
  logger: aLogger,
  liveness: healthChecks,
  readiness: healthChecks,
  hostname: anything,
  port: anything,
  drainSeconds: anything,
  shutdownTimeoutSeconds: anything,
  paths: anything,
  livePage: anything,
  version: anything,
  checkTimeoutSeconds: anything,
  exposeCheckErrors: anything,
};

/**
 * Checks the names of all options, and those values that are no settings. An app takes the settings
 * of a server as well, since a configuration has both.
 *
 * @throws {ServerStartError} If one is unknown or wrong.
 */
export function checkAppOptions(owner: string, options: MetricsAppOptions): void {
  const scrapeRules = Object.fromEntries(scrapeOptionNames.map((name) => [name, anything]));
  checkOptions<object>(owner, options, { ...scrapeRules, ...ownRules }, ServerStartError);
}

/** The options of an app that are those of a scrape. */
export function scrapeOptionsIn(options: MetricsAppOptions): ScrapeOptions {
  return Object.fromEntries(scrapeOptionNames.map((name) => [name, options[name]]));
}
