import type { CardinalityLimits } from "../../model/family/series_budget.ts";

/** Options of sums. */
export interface SumsOptions {
  /** Limits on series, and when idle series go. */
  readonly cardinality?: CardinalityLimits;
  /** Seconds after which a client that was not heard of is gone, with its living values. */
  readonly staleSeconds: number;
  /** Seconds for which a new series stays 0 after the first page with it. */
  readonly zeroSeconds: number;
  /** Names beginning so are refused, if it is given: others are shown beside the sums. */
  readonly reservedPrefix?: string;
}

/** A batch's sender and times. */
export interface Sender {
  /** The client's id, the same also after it has begun anew. */
  readonly client: string;
  /** How often it has begun anew; 0 by default. */
  readonly generation?: number;
  /** When it made the batch, by its own clock. */
  readonly time: number;
  /** The aggregator's time. */
  readonly now: number;
}
