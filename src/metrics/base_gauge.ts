import { unixSeconds } from "../model/platform/clock.ts";
import type { Refusals } from "../model/refusals.ts";
import { measureCall } from "./calls/measure_call.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** How often gauges were reset; most never are. */
const resets = new WeakMap<object, number>();

/** What counts up and down. */
interface Countable {
  inc(): void;
  dec(): void;
}

/**
 * Counts something in progress: up now, and down by the result, unless the gauge was reset meanwhile
 * and knows nothing of it any more.
 */
export function beginProgress(gauge: Countable): () => void {
  const before = resets.get(gauge);
  gauge.inc();
  return () => {
    if (resets.get(gauge) === before) gauge.dec();
  };
}

/** Forgets what is in progress, as a gauge was reset. */
export function forgetProgress(gauge: Countable): void {
  resets.set(gauge, (resets.get(gauge) ?? 0) + 1);
}

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
    let down = () => {};
    return measureCall(this.#refusals.family, call, {
      begin: () => down = beginProgress(this),
      rest: () => down(),
      end: () => down(),
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
