import { version } from "../model/version.ts";

/** The header by which a client knows that an aggregator answers, and not something before it. */
export const aggregatorHeader = "edgeprom-aggregator";

/** The value of that header. */
export const aggregatorName: string = `edgeprom/${version}`;

/** The media type of a batch. */
export const batchType = "application/vnd.edgeprom.deltas";

/**
 * A family of a batch that was not applied.
 *
 * @category Aggregation
 */
export interface RefusedFamily {
  /** Its name. */
  readonly family: string;
  /** Why, and what to do. */
  readonly reason: string;
}

/**
 * What an aggregator did with a batch.
 *
 * - `applied`: now. Status 200.
 * - `duplicate`: before; nothing happened. Status 200.
 * - `unknown`: nothing. It does not know the client any more, which must begin anew under another
 *   name. Status 409.
 * - `refused`: nothing, as the batch is malformed, too large, or not authorized. Status 400, 401,
 *   403, 413 or 415.
 * - `unavailable`: nothing that is known; the same batch may come again. Status 503.
 *
 * @category Aggregation
 */
export type BatchResult = "applied" | "duplicate" | "unknown" | "refused" | "unavailable";

/**
 * The answer to a batch, as JSON.
 *
 * @category Aggregation
 */
export interface BatchReply {
  /** What was done. */
  readonly result: BatchResult;
  /** Why nothing was done, and what to do; left out otherwise. */
  readonly reason?: string;
  /** Families that were left out of a batch that is applied, now or before. */
  readonly refused?: readonly RefusedFamily[];
  /**
   * The aggregator's time, in seconds since 1970, if it does not know the client: one whose clock is
   * wrong begins anew by this one.
   */
  readonly time?: number;
  /**
   * Whether the aggregator had values of this client that count while it lives, before this batch. If
   * it had none, and the client had sent some, it has taken the client to be gone: they must be sent
   * again.
   */
  readonly hasLiving?: boolean;
  /** After how many seconds without a batch a client whose values count while it lives must send one. */
  readonly heartbeatSeconds?: number;
  /** After how many seconds gauges and infos must be sent again if they stay the same; never if left out. */
  readonly refreshSeconds?: number;
}

/** The status of an answer with a result; one that is refused has a status of its own. */
export const statusOf: Readonly<Record<Exclude<BatchResult, "refused">, number>> = {
  applied: 200,
  duplicate: 200,
  unknown: 409,
  unavailable: 503,
};
