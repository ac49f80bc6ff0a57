import type { MetricsError } from "../../model/errors.ts";

/**
 * What became of a flush. Series count with those of the pusher's own metrics.
 *
 * @category Push
 */
export interface DeltaReport {
  /** Number of series whose changes the aggregator has applied, now or before. */
  readonly applied: number;
  /** Number of series whose changes were given up, and may have been applied or not. */
  readonly uncertain: number;
  /**
   * Number of series whose changes were not applied for certain: of families that the aggregator has
   * refused, which are tried again with the next flush, and of batches that were given up.
   */
  readonly refused: number;
  /** Number of series that wait for the next flush, which sends the same bytes again. */
  readonly unsent: number;
  /** Number of requests, retries not counted. */
  readonly requests: number;
  /** What failed: what the aggregator said, and what collectors and families failed. */
  readonly errors: readonly MetricsError[];
  /** How many seconds the aggregator has asked to wait; left out if it has not. */
  readonly retryAfterSeconds?: number;
}
