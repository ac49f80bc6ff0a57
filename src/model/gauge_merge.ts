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

const rules: Readonly<Record<GaugeMerge, MergeRule>> = {
  sum: { operation: "sum", livingOnly: false },
  max: { operation: "max", livingOnly: false },
  min: { operation: "min", livingOnly: false },
  mostRecent: { operation: "mostRecent", livingOnly: false },
  all: { operation: "all", livingOnly: false },
  liveSum: { operation: "sum", livingOnly: true },
  liveMax: { operation: "max", livingOnly: true },
  liveMin: { operation: "min", livingOnly: true },
  liveMostRecent: { operation: "mostRecent", livingOnly: true },
  liveAll: { operation: "all", livingOnly: true },
};

/** What the `merge` of a gauge says; that of a gauge which says nothing is `liveSum`. */
export function readMerge(merge: GaugeMerge = "liveSum"): MergeRule {
  return rules[merge];
}

/** Whether it is one of the ways to merge a gauge. */
export function isGaugeMerge(merge: unknown): merge is GaugeMerge {
  return typeof merge === "string" && Object.hasOwn(rules, merge);
}

/** The ways to merge a gauge, for a message. */
export function gaugeMerges(): string {
  return Object.keys(rules).join(", ");
}
