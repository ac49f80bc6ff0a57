/**
 * How the values that several threads or processes give a gauge become one.
 *
 * `sum`, `max` and `min` are what they say, `mostRecent` is the value that was set last, and `all`
 * has a series for each thread, with the label `worker`. The `live` ones leave out threads that have
 * ended.
 *
 * @category Instruments
 */
export type GaugeMerge =
  | "sum"
  | "max"
  | "min"
  | "mostRecent"
  | "all"
  | "liveSum"
  | "liveMax"
  | "liveMin"
  | "liveMostRecent"
  | "liveAll";

/** What a {@linkcode GaugeMerge} says, taken apart. */
export interface MergeRule {
  /** How two values become one; `all` has both. */
  readonly operation: "sum" | "max" | "min" | "mostRecent" | "all";
  /** Whether threads that have ended are left out. */
  readonly livingOnly: boolean;
}

/** The ways to merge that leave out threads which have ended, by what they do with the others. */
const living = {
  liveSum: "sum",
  liveMax: "max",
  liveMin: "min",
  liveMostRecent: "mostRecent",
  liveAll: "all",
} as const;

/** How a gauge that says nothing is merged: it describes current state, which ends with its thread. */
export const defaultMerge: GaugeMerge = "liveSum";

/** What the `merge` of a gauge says. */
export function readMerge(merge: GaugeMerge = defaultMerge): MergeRule {
  return isLiving(merge)
    ? { operation: living[merge], livingOnly: true }
    : { operation: merge, livingOnly: false };
}

/** Whether it is one of the ways to merge a gauge. */
export function isGaugeMerge(merge: unknown): merge is GaugeMerge {
  return Object.entries(living).flat().includes(merge as string);
}

function isLiving(merge: GaugeMerge): merge is keyof typeof living {
  return Object.hasOwn(living, merge);
}
