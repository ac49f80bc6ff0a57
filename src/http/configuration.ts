import * as z from "zod";
import { display } from "../core/errors.ts";
import { ServerStartError } from "./errors.ts";
import type { MetricsPaths } from "./paths.ts";
import type { ProbeOptions } from "./probes.ts";
import type { ScrapeOptions } from "./scrape_options.ts";

/** Where and how a metrics server listens. */
export interface ServerConfiguration {
  /** The address to listen on; every one by default. */
  readonly hostname: string;
  /** The port; 0 picks a free one. */
  readonly port: number;
  /** How long `/ready` says 503 before the server stops taking connections. */
  readonly drainSeconds: number;
  /** How long running requests may take to finish after that. */
  readonly shutdownTimeoutSeconds: number;
}

/** Everything that can be set from outside of the program: what is data, and no object of it. */
export interface MetricsConfiguration
  extends
    Partial<ServerConfiguration>,
    Omit<ScrapeOptions, "logger">,
    Pick<ProbeOptions, "version" | "checkTimeoutSeconds"> {
  /** Other paths for the endpoints. */
  readonly paths?: MetricsPaths;
}

/**
 * Checks a configuration from outside, such as a JSON file, for `MetricsServer` or
 * `createMetricsApp`.
 *
 * @throws {ServerStartError} Naming each setting that is wrong, its value, and what is allowed.
 *
 * @example
 * ```ts
 * import { createMetricsApp, MetricsRegistry, parseConfiguration } from "@edgeprom/edgeprom";
 *
 * const json = '{ "timeoutSeconds": 5, "paths": { "metrics": "/internal/metrics" } }';
 * const configuration = parseConfiguration(JSON.parse(json));
 * createMetricsApp({ ...configuration, registry: new MetricsRegistry() });
 * ```
 */
export function parseConfiguration(value: unknown): MetricsConfiguration {
  const { settings, problems } = checkSettings(value);
  if (settings !== undefined) return settings;
  throw new ServerStartError(`the configuration is wrong: ${problems}`);
}

/** Settings as they are meant, or what is wrong with them, in words. */
export type CheckedSettings =
  | { readonly settings: MetricsConfiguration; readonly problems?: undefined }
  | { readonly settings?: undefined; readonly problems: string };

/**
 * Checks settings, wherever they come from.
 *
 * @param sources Where a setting comes from, if not from the options, such as a variable's name.
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

/** Where one of several forms was nearly met, what that form lacks says more than that none was. */
function innermost(issue: Issue): readonly Issue[] {
  const inner = issue.code === "invalid_union"
    ? issue.errors.find((issues) => issues.some(({ path }) => path.length > 0))
    : undefined;
  return inner?.map((found) => ({ ...found, path: [...issue.path, ...found.path] })) ?? [issue];
}

/** Those of a program's options that are settings. */
export function settingsIn(options: object): object {
  const names = Object.keys(settingsSchema().shape);
  return Object.fromEntries(Object.entries(options).filter(([name]) => names.includes(name)));
}

/** Made when it is needed: an import builds nothing. */
function settingsSchema() {
  const duration = "must be a number of seconds from 0 up";
  const seconds = z.number(duration).min(0, duration).optional();
  const count = z.int("must be a whole number from 1 up").min(
    1,
    "must be a whole number from 1 up",
  );
  const flag = z.boolean("must be true or false").optional();
  const path = z.string("must be a text").startsWith("/", "must begin with a slash, as in /metrics")
    .optional();
  const choice = <const Names extends readonly string[]>(names: Names) =>
    z.enum(names, `must be one of ${names.join(", ")}`).optional();
  return settings({
    hostname: z.string("must be a host name or an address").trim().min(1, "must not be empty")
      .optional(),
    port: z.int("must be a whole number from 0 to 65535")
      .min(0, "must be a port from 0 to 65535; 0 picks a free one")
      .max(65_535, "must be a port from 0 to 65535; 0 picks a free one").optional(),
    drainSeconds: seconds,
    shutdownTimeoutSeconds: seconds,
    paths: settings({ metrics: path, health: path, ready: path }).optional(),
    version: z.string("must be a text").optional(),
    checkTimeoutSeconds: seconds,
    compression: flag,
    timeoutSeconds: z.union([seconds, z.literal(Infinity)], duration),
    timeoutOffsetSeconds: seconds,
    maxRequestsInFlight: count.optional(),
    errorMode: choice(["continue", "http", "throw"]),
    selfMetrics: flag,
    formats: settings({
      protobuf: flag,
      openMetrics: z.union([
        z.boolean(),
        settings({ counters: choice(["unknown", "append-total"]), created: flag }),
      ], "must be true, false, or an object with counters and created").optional(),
      openMetrics2: flag,
    }).optional(),
  });
}

/** An object with no other settings than these. */
function settings<Shape extends z.ZodRawShape>(shape: Shape) {
  const names = Object.keys(shape).join(", ");
  return z.strictObject(shape, {
    error: ({ code }) =>
      code === "unrecognized_keys"
        ? `is not a setting; those are ${names}`
        : "must be an object of settings",
  });
}
