/** How far a clock that was set back is ignored, in milliseconds. */
const mostSetBackMs = 60_000;

/**
 * The times of snapshots, each later than the one before: a server takes no two values for one
 * time. A clock that is set back by more than a minute was wrong before, and is believed.
 */
export class Moments {
  #last = 0;

  /** The time of the last snapshot; 0 if there is none. */
  get last(): number {
    return this.#last;
  }

  /** The time of a snapshot, in milliseconds since 1970. */
  next(now: number = Date.now()): number {
    const isAhead = now <= this.#last && this.#last - now < mostSetBackMs;
    return this.#last = isAhead ? this.#last + 1 : now;
  }
}
