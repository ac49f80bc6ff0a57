import { aLogger, type Logger } from "../../model/logger.ts";
import {
  aBoolean,
  aCount,
  anything,
  aPositiveNumber,
  aString,
  checkOptions,
  oneOf,
  required,
} from "../../model/options.ts";
import { type EndpointOptions, endpointRules } from "../delivery/endpoint.ts";
import { PushError } from "../delivery/push_error.ts";

/**
 * Options of a Pushgateway.
 *
 * @category Push
 */
export interface PushgatewayOptions extends EndpointOptions {
  /** The label `job` of the group, which must not be empty. */
  readonly job: string;
  /** Further labels of the group, such as `instance`; none by default. A value may be any text. */
  readonly grouping?: Readonly<Record<string, string>>;
  /** `protobuf` by default. In `text` there are no native histograms and no start times. */
  readonly format?: "protobuf" | "text";
  /** Whether bodies over 1 kB are compressed with gzip; true by default. */
  readonly compress?: boolean;
  /**
   * The longest time of a push in seconds, retries included; 30 by default. Collectors have half of
   * it.
   */
  readonly timeoutSeconds?: number;
  /** The longest time of one attempt in seconds; 10 by default. */
  readonly attemptTimeoutSeconds?: number;
  /** How often a request is sent at most; 5 by default. */
  readonly maxAttempts?: number;
  /** Gets what was left out of a push as a warning; `console` by default. */
  readonly logger?: Logger;
}

/**
 * Checks the options of a Pushgateway, except for those that others check.
 *
 * @throws {PushError} If one is unknown or not valid.
 */
export function checkPushgatewayOptions(owner: string, options: PushgatewayOptions): void {
  checkOptions(owner, options, {
    ...endpointRules,
    job: required(aString),
    grouping: anything,
    format: oneOf("protobuf", "text"),
    compress: aBoolean,
    timeoutSeconds: aPositiveNumber,
    attemptTimeoutSeconds: aPositiveNumber,
    maxAttempts: aCount,
    logger: aLogger,
  }, PushError);
}
