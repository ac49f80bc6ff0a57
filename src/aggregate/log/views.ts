import type { FamilyDelta } from "../../deltas/delta.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AggregateState } from "./aggregate_state.ts";

// One function a view, and always the same: whoever waits for the same view shares what it gives.

/** All families, as a page shows them. */
export function shown({ sums }: AggregateState, now: number): readonly MetricFamily[] {
  return sums.families(now);
}

/** The same for whoever is no server: new series have their values. */
export function lookAtFamilies({ sums }: AggregateState, now: number): readonly MetricFamily[] {
  return sums.families(now, true);
}

/** What a page shows, without rounding. */
export function exactly({ sums }: AggregateState, now: number): readonly FamilyDelta[] {
  return sums.exact(now);
}

/** The same with the values of new series. */
export function lookAtExact({ sums }: AggregateState, now: number): readonly FamilyDelta[] {
  return sums.exact(now, true);
}
