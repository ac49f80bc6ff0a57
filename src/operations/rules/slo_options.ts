import { defaultBuckets } from "../../metrics/buckets.ts";
import { display, RegistrationError } from "../../model/errors.ts";
import {
  aBoolean,
  aList,
  anObject,
  aPositiveNumber,
  aString,
  checkOptions,
  type OptionRule,
  required,
} from "../../model/options.ts";
import { aNamePrefix, type RuleScope, scopeRules } from "./scope.ts";
import { aShare } from "./thresholds.ts";

/**
 * How many requests must succeed.
 *
 * @category Rules
 */
export interface AvailabilityObjective {
  /** Share of the requests in 30 days that must succeed; 0.999 by default. */
  readonly objective?: number;
  /** The statuses of those that fail, as a regular expression; `5..` by default, also for `5xx`. */
  readonly errors?: string;
}

/**
 * How many requests must be fast. Those that fail are not counted here: a failure that is slow, or
 * fast, is a matter of the availability.
 *
 * @category Rules
 */
export interface LatencyObjective {
  /** Share of the requests in 30 days that must be fast; 0.99 by default. */
  readonly objective?: number;
  /** What is fast, in seconds; 0.5 by default. With classic buckets it must be one of them. */
  readonly seconds?: number;
  /** The buckets of the service's `duration`; those of `httpMetrics()` by default. */
  readonly buckets?: readonly number[];
  /** Whether the duration is a native histogram, in which `seconds` may be any; false by default. */
  readonly native?: boolean;
}

/**
 * Options of `sloRules()`.
 *
 * @category Rules
 */
export interface SloRulesOptions extends RuleScope {
  /** The name of the service, or of all services that share the objectives. */
  readonly service: string;
  /** The prefix of the metrics' names, as that of their registry; none by default. */
  readonly prefix?: string;
  /** How many requests must succeed, or `false` for no such rules. */
  readonly availability?: AvailabilityObjective | false;
  /** How many requests must be fast, or `false` for no such rules. */
  readonly latency?: LatencyObjective | false;
}

/** The options with their defaults. */
export interface SloSettings {
  readonly service: string;
  readonly prefix: string;
  /** The statuses of failed requests, also if there is no objective for them. */
  readonly errors: string;
  readonly availability: { readonly objective: number } | undefined;
  readonly latency:
    | { readonly objective: number; readonly seconds: number; readonly native: boolean }
    | undefined;
}

/** An object, or `false`. */
const anObjective: OptionRule = {
  expected: "an object, or false",
  fits: (value) => value === false || anObject.fits(value),
};

/**
 * Checks the options, and gives them with their defaults.
 *
 * @throws {RegistrationError} If one is unknown or wrong.
 */
export function readSloOptions(owner: string, options: SloRulesOptions): SloSettings {
  checkOptions<SloRulesOptions>(owner, options, {
    ...scopeRules,
    service: required({ ...aString, expected: "the name of the service" }),
    prefix: aNamePrefix,
    availability: anObjective,
    latency: anObjective,
  });
  const { service, prefix = "", availability = {}, latency = {} } = options;
  const ownName = /^[a-zA-Z0-9]([a-zA-Z0-9_.-]*[a-zA-Z0-9])?$/;
  if (!ownName.test(service)) {
    throw new RegistrationError(
      `${owner}: service ${display(service)} must be letters, digits, "-", "_" and "."`,
    );
  }
  if (availability === false && latency === false) {
    throw new RegistrationError(
      `${owner}: availability and latency are both false; leave one of them out`,
    );
  }
  const failing = availability === false ? {} : availability;
  checkOptions<AvailabilityObjective>(`availability of ${owner}`, failing, {
    objective: aShare,
    errors: aString,
  });
  const { objective = 0.999, errors = "5.." } = failing;
  return {
    service,
    prefix,
    errors,
    availability: availability === false ? undefined : { objective },
    latency: latency === false ? undefined : readLatency(`latency of ${owner}`, latency),
  };
}

function readLatency(owner: string, options: LatencyObjective): SloSettings["latency"] {
  checkOptions<LatencyObjective>(owner, options, {
    objective: aShare,
    seconds: aPositiveNumber,
    buckets: aList,
    native: aBoolean,
  });
  const { objective = 0.99, seconds = 0.5, native = false, buckets = defaultBuckets } = options;
  if (!native && !buckets.includes(seconds) || !Number.isFinite(seconds)) {
    throw new RegistrationError(
      `${owner}: seconds ${display(seconds)} must be one of the buckets ${buckets.join(", ")}; ` +
        `nothing is known of what lies between. Give buckets if the service has others`,
    );
  }
  return { objective, seconds, native };
}
