import type { FamilyDelta } from "../../deltas/delta.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AggregateState } from "./aggregate_state.ts";
import { countsOf, type StateCounts } from "./truth_counts.ts";

/** What a view gives, all of it after the same batch. */
export interface Shown<Family> {
  readonly families: readonly Family[];
  /** Number of label sets that had no room, by family. */
  readonly overflows: ReadonlyMap<string, number>;
  /** What the state had then. */
  readonly counts: StateCounts;
}

/** What is to be read of a state, in steps between which it must not change. */
export type View<Family> = (
  state: AggregateState,
  now: number,
) => Generator<void, Shown<Family>, void>;

// One function a view, and always the same: whoever waits for the same view shares what it gives.

/** All families, as a page shows them. */
export function* shown(state: AggregateState, now: number): Steps<MetricFamily> {
  return withCounts(state, yield* state.sums.familiesInSteps(now));
}

/** The same for whoever is no server: new series have their values. */
export function* lookAtFamilies(state: AggregateState, now: number): Steps<MetricFamily> {
  return withCounts(state, yield* state.sums.familiesInSteps(now, true));
}

/** What a page shows, without rounding. */
export function* exactly(state: AggregateState, now: number): Steps<FamilyDelta> {
  return withCounts(state, yield* state.sums.exactInSteps(now));
}

/** The same with the values of new series. */
export function* lookAtExact(state: AggregateState, now: number): Steps<FamilyDelta> {
  return withCounts(state, yield* state.sums.exactInSteps(now, true));
}

type Steps<Family> = ReturnType<View<Family>>;

function withCounts<Family>(
  state: AggregateState,
  families: readonly Family[],
): Shown<Family> {
  // A copy, as the next batch may add to it.
  const overflows = new Map(state.sums.budget.overflows);
  return { families, overflows, counts: countsOf(state) };
}
