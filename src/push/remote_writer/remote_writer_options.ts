import type { Gatherer } from "../../model/collector.ts";
import { aLogger, type Logger } from "../../model/logger.ts";
import {
  aBoolean,
  aCount,
  aGatherer,
  anything,
  aPositiveNumber,
  checkOptions,
  oneOf,
  type OptionRules,
  required,
} from "../../model/options.ts";
import { type EndpointOptions, endpointRules } from "../delivery/endpoint.ts";
import { PushError } from "../delivery/push_error.ts";
import type { HistogramMode } from "../remote_write/parts.ts";

/**
 * Options of a `RemoteWriter`.
 *
 * @category Push
 */
export interface RemoteWriterOptions extends EndpointOptions {
  /**
   * Where samples are sent, such as `https://prometheus.example.com/api/v1/write`. A user and a
   * password in it become `authorization`.
   */
  readonly url: string | URL;
  /** What is sent: a registry, or anything else that can be scraped. */
  readonly gatherer: Gatherer;
  /**
   * Labels of each series, such as `job` and `instance`, which a server that scrapes adds itself. A
   * family that has one of them is left out and reported.
   */
  readonly labels?: Readonly<Record<string, string>>;
  /**
   * The version of the protocol. `auto` by default: 2.0, and 1.0 for good once the server shows that
   * it does not know it. 1.0 carries neither start times nor, if it was fallen back to, native
   * histograms.
   */
  readonly protocol?: "auto" | "2.0" | "1.0";
  /** How histograms are sent; `classic` by default. */
  readonly histograms?: HistogramMode;
  /** Time between two pushes once it is started, in seconds; 15 by default. */
  readonly intervalSeconds?: number;
  /** The longest time of a push with all its requests and retries, in seconds; 30 by default. */
  readonly timeoutSeconds?: number;
  /** The longest time of an attempt at a request, in seconds; 10 by default. */
  readonly attemptTimeoutSeconds?: number;
  /** How often a request is tried at most; 5 by default. */
  readonly maxAttempts?: number;
  /**
   * Whether series that ended are marked as such, all of them by `stop()`; true by default. Without
   * markers a server shows them for another five minutes.
   */
  readonly staleMarkers?: boolean;
  /**
   * Whether the start of a series is also written to the field of earlier drafts of 2.0, from which
   * Prometheus up to 3.7 and Mimir read it; true by default.
   */
  readonly createdTimestamp?: boolean;
  /**
   * Whether an answer to 2.0 must say what was written; true by default. Servers that do not know 2.0
   * may answer with success and store nothing. Mimir 2.17 with Kafka says wrong numbers.
   */
  readonly checkWritten?: boolean;
  /** Receives what fails, once while it lasts; `console` by default. */
  readonly logger?: Logger;
}

/** The options with their defaults. */
export type RemoteWriterSettings =
  & Required<Omit<RemoteWriterOptions, "url" | "labels" | "logger" | keyof EndpointOptions>>
  & Pick<RemoteWriterOptions, "logger">;

const rules: OptionRules<RemoteWriterOptions> = {
  ...endpointRules,
  url: anything,
  gatherer: required(aGatherer),
  labels: anything,
  protocol: oneOf("auto", "2.0", "1.0"),
  histograms: oneOf("classic", "native", "both", "nhcb"),
  intervalSeconds: aPositiveNumber,
  timeoutSeconds: aPositiveNumber,
  attemptTimeoutSeconds: aPositiveNumber,
  maxAttempts: aCount,
  staleMarkers: aBoolean,
  createdTimestamp: aBoolean,
  checkWritten: aBoolean,
  logger: aLogger,
};

/**
 * Checks options, and gives them with their defaults.
 *
 * @throws {PushError} If one is not valid.
 */
export function checkRemoteWriterOptions(
  owner: string,
  options: RemoteWriterOptions,
): RemoteWriterSettings {
  checkOptions(owner, options, rules, PushError);
  const {
    gatherer,
    protocol = "auto",
    histograms = "classic",
    intervalSeconds = 15,
    timeoutSeconds = 30,
    attemptTimeoutSeconds = 10,
    maxAttempts = 5,
    staleMarkers = true,
    createdTimestamp = true,
    checkWritten = true,
    logger,
  } = options;
  if (protocol === "1.0" && histograms === "nhcb") {
    throw new PushError(
      `${owner}: custom buckets cannot be sent by protocol "1.0"; use "2.0" or "auto", or ` +
        `histograms: "native"`,
    );
  }
  return {
    gatherer,
    protocol,
    histograms,
    intervalSeconds,
    timeoutSeconds,
    attemptTimeoutSeconds,
    maxAttempts,
    staleMarkers,
    createdTimestamp,
    checkWritten,
    logger,
  };
}
