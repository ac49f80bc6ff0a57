import { milliseconds } from "../../model/clock.ts";
import { inTimeSlices, withinTimeSlice } from "../../model/time_slices.ts";

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
  read(steps: Generator<void, void, void>, ended: () => void): void {
    const began = milliseconds();
    if (withinTimeSlice(finished(steps), began)) return;
    this.#reading = inTimeSlices(steps, began).then(() => {
      this.#reading = undefined;
      ended();
    });
  }

  /** Takes steps that nobody may read between, in time slices, once nobody reads any more. */
  async alone(steps: Generator<void, void, void>): Promise<void> {
    this.#isTaken = true;
    try {
      await this.#reading;
      await inTimeSlices(steps);
    } finally {
      this.#isTaken = false;
    }
  }
}

function* finished(steps: Generator<void, void, void>): Generator<void, true, void> {
  yield* steps;
  return true;
}
