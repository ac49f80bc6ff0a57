import type { AggregateState } from "./aggregate_state.ts";
import type { Entry } from "./entries.ts";
import type { Readers } from "./readers.ts";
import type { Removal } from "./removals.ts";
import type { Decision } from "./round.ts";
import type { StoreError } from "./store_error.ts";
import type { Waiting } from "./waiting_batches.ts";

/** A batch with what was decided. */
export interface Decided extends Waiting {
  readonly decision: Decision;
}

/** What follows once it is known whether the entries of a round were appended. */
export interface Settling {
  readonly state: AggregateState;
  readonly now: number;
  /** Entries that were appended before or with the page of who waits for one. */
  readonly pages: readonly Entry[];
  readonly readers: Readers;
  readonly decided: readonly Decided[];
  readonly removals: readonly Removal[];
  /** Why that is not known. */
  readonly error: StoreError | undefined;
}
