import type { LabelSet } from "../../model/family/labels.ts";

/** A series of a metric: its labels, and in interfaces that extend it its numbers. */
export interface Cell {
  /**
   * The labels as they were given first, in this order; a number is still a number. Only `zero()` of
   * a histogram puts others in their place.
   */
  labels: LabelSet;
  /** Whether the series is gone. A child that somebody keeps then finds or makes its successor. */
  isRemoved: boolean;
}
