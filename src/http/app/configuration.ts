import { allFormats } from "../../exposition/formats.ts";
import { anObject } from "../../model/options.ts";
import { ServerStartError } from "../errors.ts";
import type { MetricsPaths } from "./paths.ts";
import type { ProbeOptions } from "./probes.ts";
import type { ScrapeOptions } from "../scrape/scrape_options.ts";
import {
  both,
  flag,
  flagOrSettings,
  must,
  oneOf,
  type SettingRule,
  settings,
  text,
} from "./setting_rules.ts";

/**
 * The address of a metrics server, and the timing of its shutdown.
 *
 * @category Serving
 */
export interface ServerConfiguration {
  /** The address to listen on; `0.0.0.0`, which is all of them, by default. */
  readonly hostname: string;
  /** The port; 9090 by default. 0 picks a free one. */
  readonly port: number;
  /** Seconds for which `/ready` answers 503 before the server refuses requests. */
  readonly drainSeconds: number;
  /** Seconds that requests in progress may take to finish after that. */
  readonly shutdownTimeoutSeconds: number;
}

/**
 * All settings that are plain data, and so can come from outside the program.
 *
 * @category Serving
 */
export interface MetricsConfiguration
  extends
    Partial<ServerConfiguration>,
    Omit<ScrapeOptions, "logger">,
    Pick<ProbeOptions, "version" | "checkTimeoutSeconds" | "exposeCheckErrors"> {
  /** Paths of the endpoints. */
  readonly paths?: MetricsPaths;
  /** Whether there is a live page below the path of the metrics; false by default. */
  readonly livePage?: boolean;
}

/**
 * Checks a configuration from outside, such as a JSON file, for `MetricsServer` or
 * `createMetricsApp`.
 *
 * @throws {ServerStartError} If a setting is wrong. The message names each, its value, and what is
 * allowed.
 *
 * @example
 * ```ts
 * import { createMetricsApp, MetricsRegistry, parseConfiguration } from "@edgeprom/edgeprom";
 *
 * const json = '{ "timeoutSeconds": 5, "paths": { "metrics": "/internal/metrics" } }';
 * const configuration = parseConfiguration(JSON.parse(json));
 * createMetricsApp({ ...configuration, registry: new MetricsRegistry() });
 * ```
 *
 * @category Serving
 */
export function parseConfiguration(value: unknown): MetricsConfiguration {
  const { settings, problems } = checkSettings(value);
  if (settings !== undefined) return settings;
  throw new ServerStartError(`the configuration is wrong: ${problems}`);
}

/** Valid settings, or a description of the problems. */
export type CheckedSettings =
  | { readonly settings: MetricsConfiguration; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: string };

/**
 * Checks settings from any source.
 *
 * @param sources The sources of settings that are not options, such as the name of a variable.
 */
export function checkSettings(
  given: unknown,
  sources: Readonly<Record<string, string>> = {},
): CheckedSettings {
  const problems = settings(settingRules())(given);
  if (problems.length === 0) return { settings: copyOf(given) as MetricsConfiguration };
  const texts = problems.map(({ path, unknown, text }) => {
    if (unknown !== undefined) return `${[...path, unknown].join(".")} ${text}`;
    return `${sources[path[0]] ?? (path.join(".") || "it")} ${text}`;
  });
  return { problems: texts.join("; ") };
}

/** The settings, which later changes of the given object do not reach, without spaces around texts. */
function copyOf(given: unknown): unknown {
  if (!anObject.fits(given)) return given;
  const copy: Record<string, unknown> = {};
  for (const name in given as object) {
    const value = (given as Readonly<Record<string, unknown>>)[name];
    copy[name] = name === "hostname" ? (value as string | undefined)?.trim() : copyOf(value);
  }
  return copy;
}

/** The options that are settings, which leaves out objects such as a logger. */
export function settingsIn(options: object): object {
  const rules = settingRules();
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(rules, name)));
}

/** The rules, made on use because imports have no side effects. */
function settingRules(): Readonly<Record<keyof MetricsConfiguration, SettingRule>> {
  const duration = "must be a number of seconds from 0 up";
  const seconds = must(duration, (value) => Number.isFinite(value) && Number(value) >= 0);
  const slash = must(
    "must begin with a slash, as in /metrics",
    (value) => String(value).startsWith("/"),
  );
  const path = both(text, slash);
  return {
    hostname: both(
      must("must be a host name or an address", (value) => typeof value === "string"),
      must("must not be empty", (value) => String(value).trim() !== ""),
    ),
    port: both(
      must("must be a whole number from 0 to 65535", Number.isSafeInteger),
      must(
        "must be a port from 0 to 65535; 0 picks a free one",
        (value) => Number(value) >= 0 && Number(value) <= 65_535,
      ),
    ),
    drainSeconds: seconds,
    shutdownTimeoutSeconds: seconds,
    paths: settings({ metrics: path, health: path, ready: path }),
    livePage: flag,
    version: text,
    checkTimeoutSeconds: seconds,
    exposeCheckErrors: flag,
    compression: flag,
    timeoutSeconds: must(duration, (value) => typeof value === "number" && value >= 0),
    timeoutOffsetSeconds: seconds,
    maxRequestsInFlight: must(
      "must be a whole number from 1 up",
      (value) => Number.isSafeInteger(value) && Number(value) >= 1,
    ),
    errorMode: oneOf(["continue", "http", "throw"]),
    selfMetrics: flag,
    formats: settings(formatRules()),
  };
}

/** The options of all formats, as each format describes its own. */
function formatRules(): Readonly<Record<string, SettingRule>> {
  const rules = allFormats().map(({ option, settings: values }) => {
    if (values === undefined) return [option, flag];
    const ofSettings = Object.entries(values).map(([name, allowed]) => [name, oneOf(allowed)]);
    return [option, flagOrSettings(Object.fromEntries(ofSettings))];
  });
  return Object.fromEntries(rules);
}
