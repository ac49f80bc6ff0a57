import type { MetricsError } from "../model/errors.ts";

/**
 * What became of a push. Samples count with zeros and markers of ended series among them, and a
 * native histogram as one.
 *
 * @category Push
 */
export interface PushReport {
  /** Number of samples that the server has taken. */
  readonly written: number;
  /** Number of samples that the server has refused; they are not sent again. */
  readonly refused: number;
  /** Number of samples that did not reach it, or of which it is not known. */
  readonly unsent: number;
  /** Number of requests, retries not counted. */
  readonly requests: number;
  /** The version of the protocol. */
  readonly protocol: "1.0" | "2.0";
  /** Why samples are missing: what the server said, and what collectors and families failed. */
  readonly errors: readonly MetricsError[];
  /** How many seconds the server has asked to wait before the next push; left out if it has not. */
  readonly retryAfterSeconds?: number;
}
