import * as z from "zod/mini";
import { allFormats, type FormatOptions } from "../../exposition/formats.ts";
import { display } from "../../model/errors.ts";
import { ServerStartError } from "../errors.ts";
import type { MetricsPaths } from "./paths.ts";
import type { ProbeOptions } from "./probes.ts";
import type { ScrapeOptions } from "../scrape/scrape_options.ts";

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
  const result = settingsSchema().safeParse(given);
  if (result.success) return { settings: result.data };
  const problems = result.error.issues.flatMap(innermost).map((issue) => {
    const path = issue.path.map(String);
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => `${[...path, key].join(".")} ${issue.message}`).join("; ");
    }
    const value = path.reduce((value, key) => Object(value)[key], given);
    const name = sources[path[0]] ?? (path.join(".") || "it");
    return `${name} is ${display(value)}: it ${issue.message}`;
  });
  return { problems: problems.join("; ") };
}

type Issue = z.core.$ZodIssue;

/** The issues of the form that a value nearly has; they say more than that it has none. */
function innermost(issue: Issue): readonly Issue[] {
  const inner = issue.code === "invalid_union"
    ? issue.errors.find((issues) => issues.some(({ path }) => path.length > 0))
    : undefined;
  return inner?.map((found) => ({ ...found, path: [...issue.path, ...found.path] })) ?? [issue];
}

/** The options that are settings, which leaves out objects such as a logger. */
export function settingsIn(options: object): object {
  const names = Object.keys(settingsSchema().shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** The schema, built on use because imports have no side effects. */
function settingsSchema() {
  const duration = "must be a number of seconds from 0 up";
  const ports = "must be a port from 0 to 65535; 0 picks a free one";
  const wholeNumber = "must be a whole number from 1 up";
  const seconds = z.optional(z.number(duration).check(z.minimum(0, duration)));
  const text = z.string("must be a text");
  const path = z.optional(text.check(z.startsWith("/", "must begin with a slash, as in /metrics")));
  return settings({
    hostname: z.optional(
      z.string("must be a host name or an address")
        .check(z.trim(), z.minLength(1, "must not be empty")),
    ),
    port: z.optional(
      z.int("must be a whole number from 0 to 65535")
        .check(z.minimum(0, ports), z.maximum(65_535, ports)),
    ),
    drainSeconds: seconds,
    shutdownTimeoutSeconds: seconds,
    paths: z.optional(settings({ metrics: path, health: path, ready: path })),
    livePage: flag(),
    version: z.optional(text),
    checkTimeoutSeconds: seconds,
    exposeCheckErrors: flag(),
    compression: flag(),
    timeoutSeconds: z.union([seconds, z.literal(Infinity)], duration),
    timeoutOffsetSeconds: seconds,
    maxRequestsInFlight: z.optional(z.int(wholeNumber).check(z.minimum(1, wholeNumber))),
    errorMode: choice("continue", "http", "throw"),
    selfMetrics: flag(),
    formats: z.optional(formatOptions()),
  });
}

/** The options of all formats, as each format describes its own. */
function formatOptions(): z.ZodMiniType<FormatOptions> {
  const options = allFormats().map(({ option, settings: values }) => {
    if (values === undefined) return [option, flag()];
    const names = Object.keys(values).join(" and ");
    const object = settings(Object.fromEntries(
      Object.entries(values).map(([name, allowed]) => [name, oneOf(allowed)]),
    ));
    const message = `must be true, false, or an object with ${names}`;
    return [option, z.optional(z.union([z.boolean(), object], message))];
  });
  return settings(Object.fromEntries(options));
}

function oneOf(values: readonly (string | boolean)[]) {
  const names = values.filter((value) => typeof value === "string");
  return names.length === 0 ? flag() : choice(...names);
}

function flag() {
  return z.optional(z.boolean("must be true or false"));
}

function choice<const Names extends readonly string[]>(...names: Names) {
  return z.optional(z.enum(names, `must be one of ${names.join(", ")}`));
}

/** A schema for an object that has these settings and no others. */
function settings<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `is not a setting; those are ${names}`
        : "must be an object of settings",
  });
}
