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

/** What a truth has done so far, and has. */
export interface TruthCounts extends Readonly<RunningCounts> {
  /** Clients that are known. */
  readonly clients: number;
  /** The highest number of them. */
  readonly maxClients: number;
  /** Bytes of memory for them. */
  readonly clientBytes: number;
  /** When the last batch was applied, in seconds since 1970; `-Infinity` if no client is known. */
  readonly lastBatch: number;
  /** Series in all families together, without those for label sets that had no room. */
  readonly series: number;
  /** The highest number of them. */
  readonly maxSeries: number;
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

/** The counts with what the state has; it has nothing before the store was read. */
export function countsWith(
  counts: RunningCounts,
  { maxClients, series: mostSeries }: TruthSettings,
  state: AggregateState | undefined,
): TruthCounts {
  const { size: clients = 0, bytes: clientBytes = 0, lastSeen: lastBatch = -Infinity } =
    state?.clients ?? {};
  const { taken: series = 0, limit: maxSeries = mostSeries } = state?.sums.budget ?? {};
  return { ...counts, clients, maxClients, clientBytes, lastBatch, series, maxSeries };
}
