import { RegistrationError } from "../model/errors.ts";
import { isLegacyMetricName } from "../model/names.ts";
import { anObject } from "../model/options.ts";
import { exponentialBuckets } from "../metrics/buckets.ts";

/**
 * The buckets of the catalogue's histograms.
 *
 * @category Stream processor
 */
export interface ProcessorBuckets {
  /** For durations, in seconds. */
  readonly durations: readonly number[];
  /** For the number of events in a window. */
  readonly windowSizes: readonly number[];
}

/**
 * The options of the catalogue.
 *
 * @category Stream processor
 */
export interface ProcessorMetricsOptions {
  /** The prefix of all 37 names, for example `checkout_`; none by default. */
  readonly prefix?: string;
  /** The buckets of its histograms. */
  readonly buckets?: Partial<ProcessorBuckets>;
}

/** The options with their defaults. */
export interface CompleteProcessorMetricsOptions {
  /** The prefix of all names. */
  readonly prefix: string;
  /** The buckets of the histograms. */
  readonly buckets: ProcessorBuckets;
}

/**
 * Checks the options and fills in the defaults: durations from 1 ms to 33 s, window sizes from 1 to
 * 8,192 events.
 *
 * @throws {RegistrationError} If options are wrong; names each of them.
 */
export function readOptions(options: ProcessorMetricsOptions): CompleteProcessorMetricsOptions {
  const { prefix, buckets }: ProcessorMetricsOptions = Object(options);
  const { durations, windowSizes }: Partial<ProcessorBuckets> = Object(buckets);
  const problems = [
    ...unknownOptions([], options, ["prefix", "buckets"]),
    ...wrongPrefix(prefix),
    ...buckets === undefined ? [] : unknownOptions(["buckets"], buckets, bucketNames),
    ...wrongBounds("durations", durations),
    ...wrongBounds("windowSizes", windowSizes),
  ].sort((one, other) => one.path.length - other.path.length);
  if (problems.length > 0) {
    const lines = problems.map(({ path, text }) =>
      path.length === 0 ? `✖ ${text}` : `✖ ${text}\n  → at ${path.join(".").replace(".[", "[")}`
    );
    throw new RegistrationError(`options of ProcessorMetrics: ${lines.join("\n")}`);
  }
  return {
    prefix: prefix ?? "",
    buckets: {
      durations: durations === undefined ? exponentialBuckets(0.001, 2, 16) : [...durations],
      windowSizes: windowSizes === undefined ? exponentialBuckets(1, 2, 14) : [...windowSizes],
    },
  };
}

const bucketNames = ["durations", "windowSizes"];

/** What is wrong with an option, and where it is. */
interface Problem {
  readonly path: readonly string[];
  readonly text: string;
}

function unknownOptions(
  path: readonly string[],
  options: unknown,
  known: readonly string[],
): readonly Problem[] {
  if (!anObject.fits(options)) {
    return [{ path, text: `must be an object with ${known.join(", ")}` }];
  }
  const unknown: string[] = [];
  for (const name in options as object) if (!known.includes(name)) unknown.push(name);
  if (unknown.length === 0) return [];
  return [{ path, text: `${unknown} is no option; those are ${known.join(", ")}` }];
}

function wrongPrefix(prefix: unknown): readonly Problem[] {
  if (prefix === undefined || prefix === "") return [];
  if (typeof prefix !== "string") return [{ path: ["prefix"], text: "must be a text" }];
  if (isLegacyMetricName(prefix)) return [];
  return [{ path: ["prefix"], text: "is not the beginning of a metric name" }];
}

function wrongBounds(name: string, bounds: unknown): readonly Problem[] {
  if (bounds === undefined) return [];
  const path = ["buckets", name];
  const text = "must be an array of one finite number or more";
  if (!Array.isArray(bounds) || bounds.length === 0) return [{ path, text }];
  // A copy, in which a hole is `undefined`.
  return [...bounds].flatMap((bound: unknown, at) =>
    Number.isFinite(bound) ? [] : [{ path: [...path, `[${at}]`], text }]
  );
}
