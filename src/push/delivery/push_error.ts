import { MetricsError } from "../../model/errors.ts";

/**
 * What is known of a push that failed.
 *
 * @category Push
 */
export interface PushFailure {
  /** The status of the answer; left out if there was none. */
  readonly status?: number;
  /** What the server said, as far as it was read. */
  readonly answer?: string;
  /** The error below. */
  readonly cause?: unknown;
}

/**
 * Metrics could not be sent: an option is wrong, the server refused them, or it did not answer.
 *
 * @example
 * ```ts
 * import { PushError, RemoteWriter } from "@edgeprom/edgeprom/push";
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertThrows } from "@std/assert";
 *
 * const gatherer = new MetricsRegistry();
 * assertThrows(() => new RemoteWriter({ url: "prometheus", gatherer }), PushError, "url");
 * ```
 *
 * @category Errors
 */
export class PushError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "PushError";

  /** The status of the answer; `undefined` if there was none. */
  readonly status: number | undefined;
  /** What the server said, at most 1,000 characters; `""` if it said nothing. */
  readonly answer: string;

  /** Says what went wrong, with what is known of the answer. */
  constructor(message: string, { status, answer = "", cause }: PushFailure = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.status = status;
    this.answer = answer;
  }
}
