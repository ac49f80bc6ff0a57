import type { FamilyDelta } from "../../deltas/delta.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { Sums } from "../sums/sums.ts";
import type { AggregateState } from "./aggregate_state.ts";

/** What a view gives, all of it after the same batch. */
export interface Shown<Family> {
  readonly families: readonly Family[];
  /** Number of label sets that had no room, by family. */
  readonly overflows: ReadonlyMap<string, number>;
}

/** What is to be read of a state, in steps between which it must not change. */
export type View<Family> = (
  state: AggregateState,
  now: number,
) => Generator<void, Shown<Family>, void>;

// One function a view, and always the same: whoever waits for the same view shares what it gives.

/** All families, as a page shows them. */
export function* shown({ sums }: AggregateState, now: number): Steps<MetricFamily> {
  return withOverflows(sums, yield* sums.familiesInSteps(now));
}

/** The same for whoever is no server: new series have their values. */
export function* lookAtFamilies({ sums }: AggregateState, now: number): Steps<MetricFamily> {
  return withOverflows(sums, yield* sums.familiesInSteps(now, true));
}

/** What a page shows, without rounding. */
export function* exactly({ sums }: AggregateState, now: number): Steps<FamilyDelta> {
  return withOverflows(sums, yield* sums.exactInSteps(now));
}

/** The same with the values of new series. */
export function* lookAtExact({ sums }: AggregateState, now: number): Steps<FamilyDelta> {
  return withOverflows(sums, yield* sums.exactInSteps(now, true));
}

type Steps<Family> = ReturnType<View<Family>>;

function withOverflows<Family>(
  { budget: { overflows } }: Sums,
  families: readonly Family[],
): Shown<Family> {
  // A copy, as the next batch may add to it.
  return { families, overflows: new Map(overflows) };
}
