import type { Gatherer } from "../../model/collector.ts";
import { display } from "../../model/errors.ts";
import { aLogger, type Logger } from "../../model/logger.ts";
import {
  aBoolean,
  aCount,
  aGatherer,
  anything,
  aPositiveNumber,
  checkOptions,
  type OptionRules,
  required,
  withMethod,
} from "../../model/options.ts";
import { Endpoint, type EndpointOptions, endpointRules } from "../delivery/endpoint.ts";
import { PushError } from "../delivery/push_error.ts";

/**
 * Whatever takes requests in place of a network, such as a service binding of a Worker or the stub of
 * a Durable Object.
 *
 * The `fetch()` of a Hono app is none, as it wants a `Request`; for an app it is
 * `{ fetch: (url, init) => app.request(url, init) }`.
 *
 * @category Push
 */
export interface DeltaTarget {
  /** Answers a request for `https://aggregator/deltas`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
}

/**
 * Options of a `DeltaPusher`.
 *
 * @category Push
 */
export interface DeltaPusherOptions extends EndpointOptions {
  /**
   * What is sent: a registry, or anything else that can be scraped. Make one pusher of it for the life
   * of the isolate, outside of the handler: what two of them send to one aggregator counts twice.
   */
  readonly gatherer: Gatherer;
  /**
   * The aggregator: its URL, such as `https://metrics.example.com/deltas`, or what takes requests to
   * it without a network. A user and a password in the URL become `authorization`.
   */
  readonly target: string | URL | DeltaTarget;
  /** Time between two flushes once it is started, in seconds; 15 by default. */
  readonly intervalSeconds?: number;
  /** The longest time of a flush with all its requests and retries, in seconds; 30 by default. */
  readonly timeoutSeconds?: number;
  /** The longest time of an attempt at a request, in seconds; 10 by default. */
  readonly attemptTimeoutSeconds?: number;
  /** How often a request is tried at most in a flush; 5 by default. */
  readonly maxAttempts?: number;
  /**
   * The longest batch in bytes before it is compressed, 1,000 or more; 262,144 by default. A flush
   * with more sends several. A series that is longer by itself is sent alone.
   */
  readonly longestBytes?: number;
  /** Whether batches over 1 kB are compressed with gzip; true by default. */
  readonly compress?: boolean;
  /**
   * How long a batch is tried, in seconds, from its first attempt on; without end by default. One
   * that is given up may have been applied or not, and is counted as such; nothing is sent twice.
   */
  readonly giveUpSeconds?: number;
  /** Receives what fails, once while it lasts; `console` by default. */
  readonly logger?: Logger;
}

/** The options with their defaults. */
export type DeltaPusherSettings = Required<
  Omit<DeltaPusherOptions, "target" | "logger" | keyof EndpointOptions>
>;

const rules: OptionRules<DeltaPusherOptions> = {
  ...endpointRules,
  gatherer: required(aGatherer),
  target: anything,
  intervalSeconds: aPositiveNumber,
  timeoutSeconds: aPositiveNumber,
  attemptTimeoutSeconds: aPositiveNumber,
  maxAttempts: aCount,
  longestBytes: {
    expected: "a number of bytes from 1,000 up",
    fits: (value) => typeof value === "number" && value >= 1000,
  },
  compress: aBoolean,
  giveUpSeconds: aPositiveNumber,
  logger: aLogger,
};

const aTarget = /* @__PURE__ */ withMethod("", "fetch");

/** The address of what is reached without a network. */
const inside = "https://aggregator/deltas";

/**
 * Checks options, and gives them with their defaults.
 *
 * @throws {PushError} If one is not valid.
 */
export function checkDeltaPusherOptions(
  owner: string,
  options: DeltaPusherOptions,
): DeltaPusherSettings {
  checkOptions(owner, options, rules, PushError);
  const {
    gatherer,
    intervalSeconds = 15,
    timeoutSeconds = 30,
    attemptTimeoutSeconds = 10,
    maxAttempts = 5,
    longestBytes = 262_144,
    compress = true,
    giveUpSeconds = Infinity,
  } = options;
  return {
    gatherer,
    intervalSeconds,
    timeoutSeconds,
    attemptTimeoutSeconds,
    maxAttempts,
    longestBytes,
    compress,
    giveUpSeconds,
  };
}

/**
 * Where the batches go.
 *
 * @throws {PushError} If the target or an option of the endpoint is not valid.
 */
export function endpointOf(owner: string, options: DeltaPusherOptions): Endpoint {
  const { target } = options;
  if (typeof target === "string" || target instanceof URL) {
    return new Endpoint(owner, target, options, "", "target");
  }
  if (!aTarget.fits(target)) {
    throw new PushError(
      `${owner}: target ${display(target)} must be the URL of an aggregator, such as ` +
        `"https://metrics.example.com/deltas", or an object with a method fetch()`,
    );
  }
  if (options.fetch !== undefined) {
    throw new PushError(`${owner}: fetch is for a target that is a URL; this one has its own`);
  }
  const fetch: EndpointOptions["fetch"] = (url, init) => target.fetch(url, init);
  return new Endpoint(owner, inside, { ...options, fetch }, "", "target");
}
