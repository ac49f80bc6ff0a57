import { unixSeconds } from "../model/clock.ts";
import type { Refusals } from "../model/refusals.ts";
import { measureCall } from "./outcome.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** The part of a gauge that does not depend on where its value is. */
export abstract class BaseGauge {
  readonly #refusals: Refusals;

  /** @param refusals Takes values that are no numbers. */
  constructor(refusals: Refusals) {
    this.#refusals = refusals;
  }

  /** Sets the value. */
  abstract set(value: number): void;

  /** Adds to the value. */
  abstract inc(by?: number): void;

  /** Subtracts from the value. */
  abstract dec(by?: number): void;

  /** The value now. */
  abstract get(): number;

  /** Sets the value to the time, in seconds since 1970. */
  setToCurrentTime(): void {
    this.set(unixSeconds());
  }

  /** Counts calls in progress: up at the start, down when all that the call began has ended. */
  trackInProgress<Result>(call: () => Result): Result {
    const down = () => this.dec();
    return measureCall(this.#refusals.family, call, {
      begin: () => this.inc(),
      rest: down,
      end: down,
    });
  }

  /** Starts a timer; each call of the result sets the value to the seconds since then. */
  startTimer(): EndTimer {
    return startTimer((seconds) => this.set(seconds));
  }

  /** Calls a function and sets the value to the seconds until all that it began has ended. */
  time<Result>(call: () => Result): Result {
    const end = this.startTimer();
    return measureCall(this.#refusals.family, call, { end });
  }

  /** Refuses a value that is not a number. */
  protected refuse(value: unknown): void {
    refuseNumber(this.#refusals, value);
  }
}

/** Refuses a value that a gauge cannot take. */
export function refuseNumber(refusals: Refusals, value: unknown): void {
  refusals.value(value, "a number");
}
