import { milliseconds } from "../../model/platform/clock.ts";
import { setDeadline } from "../../model/platform/deadline.ts";
import { isWorkers } from "../../model/platform/platform.ts";

/** Seconds between two sweeps. */
const sweepSeconds = 300;

/** A cache that no page has used between so many sweeps is emptied: for ten minutes at least. */
const maxUnused = 3;

/** The caches that are not empty. */
const filled = /* @__PURE__ */ new Set<PageCache<WeakKey, unknown>>();

/** When the next sweep is due, on the monotonic clock. */
let due = Infinity;

/**
 * What a format keeps of its pages for the next one. Each key is garbage with its family; and what
 * no page has used for ten to fifteen minutes goes, because a server that asks for another format
 * now, or has gone, will not ask for this one.
 */
export class PageCache<Key extends WeakKey, Value> {
  #entries = new WeakMap<Key, Value>();
  /** Number of sweeps since a page has used it. */
  #unused = 0;

  /** The value of a key. */
  get(key: Key): Value | undefined {
    this.#unused = 0;
    return this.#entries.get(key);
  }

  /** Takes the value of a key out of the cache. */
  take(key: Key): Value | undefined {
    const value = this.get(key);
    this.#entries.delete(key);
    return value;
  }

  /** Keeps a value. */
  set(key: Key, value: Value): void {
    if (due === Infinity) schedule(milliseconds());
    filled.add(this);
    this.#entries.set(key, value);
  }

  /** Empties the cache if it has not been used for some sweeps. */
  sweep(): void {
    if (++this.#unused >= maxUnused) this.clear();
  }

  /** Empties the cache. */
  clear(): void {
    this.#entries = new WeakMap();
    filled.delete(this);
  }
}

/**
 * Called once a page. From the first that keeps anything on, a timer sweeps after the last page,
 * without keeping the process alive. Workers sweep by the clock alone: no timer outlives its request
 * there, or it keeps an object from sleep.
 */
export function beginPage(): void {
  if (due === Infinity) return;
  const now = milliseconds();
  if (now >= due) sweep(now);
}

function sweep(now: number): void {
  for (const cache of filled) cache.sweep();
  due = Infinity;
  if (filled.size > 0) schedule(now);
}

function schedule(now: number): void {
  const mine = due = now + sweepSeconds * 1000;
  if (isWorkers()) return;
  // A page may have swept already, and then another timer is on.
  setDeadline(sweepSeconds, () => due === mine && sweep(milliseconds()), false);
}
