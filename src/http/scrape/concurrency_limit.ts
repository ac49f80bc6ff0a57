import { isWorkers } from "../platform.ts";

/**
 * A limit on concurrent scrapes. A scrape holds a permit until its page is made. Who reads a page
 * holds none, so readers that stall keep nobody from theirs.
 *
 * On Workers nothing is limited, because they end a request without notice and its permit would
 * never be released.
 */
export class ConcurrencyLimit {
  #held = 0;

  /** Returns a permit, if fewer than `limit` are held: a function that gives it back. */
  acquire(limit: number): (() => void) | undefined {
    if (this.#held >= limit) return undefined;
    let held = isWorkers() ? 0 : 1;
    this.#held += held;
    return () => {
      this.#held -= held;
      held = 0;
    };
  }
}
