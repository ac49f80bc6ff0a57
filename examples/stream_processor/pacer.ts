import type { Clock } from "./time.ts";

/**
 * A token bucket: it passes a fixed number of events a second on average, whatever the moments at
 * which it is asked. A caller that was held up catches up on at most a second.
 */
export class Pacer {
  readonly #rate: number;
  readonly #clock: Clock;
  #tokens = 0;
  #last: number | undefined;

  /** @param rate Events per second. */
  constructor(rate: number, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
  }

  /** How many events are due now. The time counts from the first call. */
  take(): number {
    const now = this.#clock();
    const seconds = (now - (this.#last ?? now)) / 1000;
    this.#last = now;
    this.#tokens = Math.min(this.#tokens + seconds * this.#rate, Math.max(this.#rate, 1));
    const due = Math.floor(this.#tokens);
    this.#tokens -= due;
    return due;
  }

  /** Gives back events that could not be let through after all. */
  giveBack(count: number): void {
    this.#tokens += count;
  }
}
