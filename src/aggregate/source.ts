import type { FamilyDelta } from "../deltas/delta.ts";
import type { Gathering } from "../model/collector.ts";
import type { AnsweredBatch } from "./answered_batch.ts";

/** Where an aggregator has its sums: in a store of its own, or spread over others. */
export interface Source {
  /** Applies a batch. */
  receive(batch: Uint8Array<ArrayBuffer>): Promise<AnsweredBatch>;
  /** All families, as a page shows them. */
  gather(signal?: AbortSignal): Promise<Gathering>;
  /** All families with their values; new series are still new afterwards. */
  look(signal?: AbortSignal): Promise<Gathering>;
  /** The same without rounding; with `isLook` new series have their values, and stay new. */
  exact(isLook?: boolean): Promise<readonly FamilyDelta[]>;
  /** Removes a family; whether there was one. */
  remove(name: string): Promise<boolean>;
  /** Removes what has expired. */
  maintain(): Promise<void>;
  /** Ends it. */
  close(): Promise<void>;
}
