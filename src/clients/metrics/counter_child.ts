import type { LabelSet } from "../../model/family/labels.ts";
import type { CounterCell } from "./counter.ts";

/** What a child needs of its counter. */
interface ParentCounter {
  find(): CounterCell | undefined;
  inc(value?: number): void;
}

/**
 * The counter of one series. It goes on after the series was removed: the next increment makes it
 * anew. `inc` may be taken off the object.
 */
export class CounterChild {
  /** Adds to the series; 1 by default. Throws as the counter does. */
  readonly inc: (value?: number) => void;

  constructor(_labels: LabelSet, parent: ParentCounter) {
    let cell = parent.find();
    this.inc = (value) => {
      // Nearly always: an increment of a series that is still there takes 3 ns.
      if (cell !== undefined && !cell.isRemoved && value === undefined) return void cell.value++;
      parent.inc(value);
      cell = parent.find();
    };
  }
}
