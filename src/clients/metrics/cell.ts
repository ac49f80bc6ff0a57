import type { LabelSet } from "../../model/family/labels.ts";

/** A series of a metric: its labels, and in classes that implement it its numbers. */
export interface Cell {
  /** The labels as they were given first, in this order; a number is still a number. */
  readonly labels: LabelSet;
  /** Whether the series is gone. A child that somebody keeps then finds or makes its successor. */
  isRemoved: boolean;
  /** What `labels()` gives for this series, once somebody has asked for it. */
  child: object | undefined;
}
