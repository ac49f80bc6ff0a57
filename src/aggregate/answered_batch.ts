import type { BatchReply } from "../deltas/reply.ts";

/**
 * An answer to a batch, with its HTTP status.
 *
 * @category Aggregation
 */
export interface AnsweredBatch {
  /** The status. */
  readonly status: number;
  /** What was done, as it is sent as JSON. */
  readonly reply: BatchReply;
}
