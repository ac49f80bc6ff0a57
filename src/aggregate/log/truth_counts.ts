import type { BatchResult } from "../../deltas/reply.ts";

/** What a truth has done so far. */
export interface TruthCounts {
  /** Batches by what was done with them. */
  readonly batches: Readonly<Record<BatchResult, number>>;
  /** Families that were refused, of batches that were applied. */
  readonly refusedFamilies: number;
  /** Entries that were appended. */
  readonly entries: number;
  /** Appends that failed. */
  readonly failedAppends: number;
  /** Checkpoints that were written. */
  readonly checkpoints: number;
  /** Checkpoints that failed. */
  readonly failedCheckpoints: number;
  /** Attempts to read the store that failed. */
  readonly failedLoads: number;
  /** Bytes of the entries since the last checkpoint. */
  readonly logBytes: number;
  /** Bytes of the last checkpoint. */
  readonly checkpointBytes: number;
  /** Clients that are known. */
  readonly clients: number;
  /** Bytes of memory for them. */
  readonly clientBytes: number;
}

/** Counts that go on. */
export type RunningCounts =
  & { -readonly [Name in keyof Omit<TruthCounts, "batches">]: TruthCounts[Name] }
  & { readonly batches: Record<BatchResult, number> };

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
    clients: 0,
    clientBytes: 0,
  };
}
