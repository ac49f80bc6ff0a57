import type { FamilyDelta, Keeping } from "../../deltas/delta.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { LivingClient } from "./living_clients.ts";
import type { SeriesRows } from "./series_rows.ts";

/** Series that are checked, applied or restored in a step, which takes 10 ms if the process is new. */
export const rowsPerStep = 256;

/** Who sent a batch, and when. */
export interface Moment {
  /** When the client made the batch, by its own clock, in seconds since 1970. */
  readonly time: number;
  /** The aggregator's time, which never goes back. */
  readonly now: number;
  /** The client, of whom only families of living values take note. */
  readonly client: LivingClient;
}

/** A family of an aggregate. */
export interface KeptFamily {
  /** What becomes of its numbers. */
  readonly keeping: Keeping;
  /** What all its series share. */
  readonly definition: MetricFamily;
  /** Its series. */
  readonly series: SeriesRows;
  /**
   * Steps that refuse a delta of the same definition if it would not fit, and change nothing; left out
   * or `undefined` if any fits.
   */
  check?(delta: FamilyDelta): Generator<void, void, void> | undefined;
  /** Applies a delta that was checked. */
  apply(delta: FamilyDelta, moment: Moment): void;
  /** Keeps some of its series, by their rows, ascending. */
  keep(rows: readonly number[]): void;
  /** The rows that stay now; `undefined` if all do. */
  staying(now: number): readonly number[] | undefined;
  /** The family as a page shows it now, in steps; `undefined` without series. */
  page(now: number, isLook?: boolean): Generator<void, MetricFamily | undefined, void>;
  /** The same with what doubles cannot hold. */
  exact(now: number, isLook?: boolean): Generator<void, FamilyDelta | undefined, void>;
  /** All its series, to be kept, in steps. */
  dump(): Generator<void, FamilyDelta, void>;
  /** Times of its series, in the order in which {@linkcode KeptFamily.restoreTimes} reads them. */
  times(): Iterable<number>;
  /** Appends series that were kept. */
  restore(delta: FamilyDelta): void;
  /** Takes times that were kept, after all series. */
  restoreTimes(next: () => number): void;
  /** Gives back what it has taken; it is not to be used any more. */
  detach(): void;
}
