import type { BatchResult } from "../../deltas/reply.ts";
import type { AggregateState } from "./aggregate_state.ts";
import type { TruthSettings } from "./truth_options.ts";

/** Counts that go on. */
export interface RunningCounts {
  /** Batches by what was done with them. */
  readonly batches: Record<BatchResult, number>;
  /** Families that were refused, of batches that were applied. */
  refusedFamilies: number;
  /** Entries that were appended. */
  entries: number;
  /** Appends that failed. */
  failedAppends: number;
  /** Checkpoints that were written. */
  checkpoints: number;
  /** Checkpoints that failed. */
  failedCheckpoints: number;
  /** Attempts to read the store that failed. */
  failedLoads: number;
  /** Bytes of the entries since the last checkpoint. */
  logBytes: number;
  /** Bytes of the last checkpoint. */
  checkpointBytes: number;
}

/** What a state has. */
export interface StateCounts {
  /** Clients that are known. */
  readonly clients: number;
  /** Bytes of memory for them. */
  readonly clientBytes: number;
  /** When the last batch was applied, in seconds since 1970; `-Infinity` if no client is known. */
  readonly lastBatch: number;
  /** Series in all families together, without those for label sets that had no room. */
  readonly series: number;
  /** The highest number of them. */
  readonly maxSeries: number;
}

/** What a truth has done so far, and has. */
export interface TruthCounts extends Readonly<RunningCounts>, StateCounts {
  /** The highest number of clients. */
  readonly maxClients: number;
}

/** Counts at their beginning. */
export function newCounts(): RunningCounts {
  return {
    batches: { applied: 0, duplicate: 0, unknown: 0, refused: 0, unavailable: 0 },
    refusedFamilies: 0,
    entries: 0,
    failedAppends: 0,
    checkpoints: 0,
    failedCheckpoints: 0,
    failedLoads: 0,
    logBytes: 0,
    checkpointBytes: 0,
  };
}

/** What a state has now. */
export function countsOf({ clients, sums: { budget } }: AggregateState): StateCounts {
  return {
    clients: clients.size,
    clientBytes: clients.bytes,
    lastBatch: clients.lastSeen,
    series: budget.taken,
    maxSeries: budget.limit,
  };
}

/** The counts with what the state has; it has nothing before the store was read. */
export function countsWith(
  counts: RunningCounts,
  { maxClients, series: maxSeries }: TruthSettings,
  state: AggregateState | undefined,
): TruthCounts {
  const none = { clients: 0, clientBytes: 0, lastBatch: -Infinity, series: 0, maxSeries };
  return { ...counts, maxClients, ...state === undefined ? none : countsOf(state) };
}
