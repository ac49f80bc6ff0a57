import { milliseconds } from "../../model/platform/clock.ts";
import { inTimeSlices, withinTimeSlice } from "../../model/platform/time_slices.ts";

/** Steps over a state, which end in `true`. */
type Steps = Generator<void, true, void>;

/** Steps over a state: either one reads it, or one has it alone. So nobody sees half a change. */
export class StateTurns {
  #reading: Promise<void> | undefined;
  #isTaken = false;

  /** Whether the state may be read now: nobody does so, has it alone, or waits for that. */
  get isFree(): boolean {
    return this.#reading === undefined && !this.#isTaken;
  }

  /**
   * Reads a state that is free: at once if that is short, else in time slices.
   *
   * @param steps Must not throw.
   * @param ended Is called at the end, if it was not at once.
   */
  read(steps: Steps, ended: () => void): void {
    const began = milliseconds();
    if (withinTimeSlice(steps, began)) return;
    this.#reading = inTimeSlices(steps, began).then(() => {
      this.#reading = undefined;
      ended();
    });
  }

  /**
   * Takes steps that nobody may read between: at once if nobody reads and they are short, else in time
   * slices, once nobody reads any more.
   */
  alone(steps: Steps): Promise<void> | undefined {
    const began = milliseconds();
    if (this.#reading === undefined && this.#atOnce(steps, began)) return;
    return this.#takeAlone(steps, began);
  }

  #atOnce(steps: Steps, began: number): true | undefined {
    // A listener that is called in a step may want to read.
    this.#isTaken = true;
    try {
      return withinTimeSlice(steps, began);
    } finally {
      this.#isTaken = false;
    }
  }

  async #takeAlone(steps: Steps, began: number): Promise<void> {
    this.#isTaken = true;
    try {
      await this.#reading;
      await inTimeSlices(steps, began);
    } finally {
      this.#isTaken = false;
    }
  }
}
