import { milliseconds, unixSeconds } from "../../model/platform/clock.ts";

/**
 * The time of day as it passes for an aggregate: it never goes back. If the clock was set back, or was
 * ahead for a moment, the time goes on at half the speed until the clock has caught up. Standing
 * still would let nothing expire meanwhile, perhaps for years.
 */
export class PassingTime {
  readonly #clock: () => number;
  readonly #milliseconds: () => number;
  #time = -Infinity;
  #readAt: number;

  /** By default it goes by the clocks of the runtime. */
  constructor(clock: () => number = unixSeconds, elapsed: () => number = milliseconds) {
    this.#clock = clock;
    this.#milliseconds = elapsed;
    this.#readAt = elapsed();
  }

  /** The time in seconds since 1970. */
  now(): number {
    const readAt = this.#milliseconds();
    const passed = Math.max(0, readAt - this.#readAt) / 1000;
    this.#readAt = readAt;
    this.#time = Math.max(this.#time + passed / 2, this.#clock());
    return this.#time;
  }

  /** Goes on from a time that has been, if that is later. */
  goOnFrom(time: number): void {
    this.#time = Math.max(this.#time, time);
  }
}
