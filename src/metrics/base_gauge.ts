import { unixSeconds } from "../model/clock.ts";
import { InvalidValueError } from "../model/errors.ts";
import { onSettled } from "./outcome.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** What every gauge does in the same way, wherever its value is. */
export abstract class BaseGauge {
  readonly #family: string;

  /** @param family What the gauge is called in errors. */
  constructor(family: string) {
    this.#family = family;
  }

  /** Sets the value. */
  abstract set(value: number): void;

  /** Adds to the value. */
  abstract inc(by?: number): void;

  /** Takes from the value. */
  abstract dec(by?: number): void;

  /** The value now. */
  abstract get(): number;

  /** Sets the value to the time. */
  setToCurrentTime(): void {
    this.set(unixSeconds());
  }

  /** Counts calls in progress. */
  trackInProgress<Result>(call: () => Result): Result {
    this.inc();
    return onSettled(call, () => this.dec());
  }

  /** Starts a timer. */
  startTimer(): EndTimer {
    return startTimer((seconds) => this.set(seconds));
  }

  /** Times a call. */
  time<Result>(call: () => Result): Result {
    return onSettled(call, this.startTimer());
  }

  /** Throws for what is no number. */
  protected refuse(value: unknown): never {
    throw new InvalidValueError(this.#family, value, "a number");
  }
}
