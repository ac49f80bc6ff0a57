import type { Refusals } from "../model/refusals.ts";
import { onSettled } from "./outcome.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** The timers of histograms and summaries. Without fields, so it makes no object larger. */
export abstract class BaseObserver {
  /** Records a value. */
  abstract observe(value: number): void;

  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer {
    return startTimer((seconds) => this.observe(seconds));
  }

  /** Calls a function and observes the seconds until it or its promise ended. */
  time<Result>(call: () => Result): Result {
    return onSettled(call, this.startTimer());
  }
}

/** Refuses a value that cannot be observed. */
export function refuseObservation(refusals: Refusals, value: unknown): void {
  refusals.value(value, "a number to observe");
}
