import type { Refusals } from "../model/refusals.ts";
import { measureCall } from "./calls/measure_call.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** The timers of histograms and summaries. Without fields, so it makes no object larger. */
export abstract class BaseObserver {
  /** The name of the family, for errors. */
  protected abstract get family(): string;

  /** Records a value. */
  abstract observe(value: number): void;

  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer {
    return startTimer((seconds) => this.observe(seconds));
  }

  /** Calls a function and observes the seconds until all that it began has ended. */
  time<Result>(call: () => Result): Result {
    const end = this.startTimer();
    return measureCall(this.family, call, { end });
  }
}

/** Refuses a value that cannot be observed. */
export function refuseObservation(refusals: Refusals, value: unknown): void {
  refusals.value(value, "a number to observe");
}
