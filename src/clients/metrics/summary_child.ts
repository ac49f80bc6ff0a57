import type { LabelSet } from "../../model/family/labels.ts";
import type { SummaryCell } from "./summary.ts";

/** What a child needs of its summary. */
interface ParentSummary {
  find(labels: LabelSet): SummaryCell | undefined;
  /** Records to a series that may not be there, or refuses what is no number. */
  observe(labels: LabelSet, value: unknown): void;
  startTimer(labels: LabelSet): (labels?: LabelSet) => number;
}

/**
 * The summary of one series. It goes on after the series was removed: the next value makes it anew.
 * Its methods may be taken off the object.
 */
export class SummaryChild {
  /** Records a value. Throws as the summary does. */
  readonly observe: (value: number) => void;
  /** Starts a timer; the function that is returned records the seconds since then. */
  readonly startTimer: () => (labels?: LabelSet) => number;

  constructor(labels: LabelSet, parent: ParentSummary, known: SummaryCell | undefined) {
    let cell = known;
    this.observe = (value) => {
      if (cell === undefined || cell.isRemoved || !Number.isFinite(value)) {
        parent.observe(labels, value);
        cell = parent.find(labels);
        return;
      }
      cell.window.push(value);
      cell.count++;
      cell.sum += value;
    };
    this.startTimer = () => parent.startTimer(labels);
  }
}
