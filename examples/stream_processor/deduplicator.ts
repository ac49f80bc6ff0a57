import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import type { Flight } from "./flights.ts";
import { LruCache } from "./lru_cache.ts";

/**
 * Recognizes flights that were reported before. The data has no flight number, so a flight is known
 * by departure, origin and destination: a second report with the same three counts as a repetition,
 * even if the delay differs. The first report wins. The cache is bounded, hence a repetition
 * that comes after so many other flights passes as new.
 */
export class Deduplicator {
  readonly #seen: LruCache<true>;
  readonly #metrics: ProcessorMetrics;

  constructor(capacity: number, metrics: ProcessorMetrics) {
    this.#seen = new LruCache(capacity);
    this.#metrics = metrics;
  }

  /** Whether the flight was seen before; it is seen from now on. */
  isDuplicate(flight: Flight): boolean {
    const key = `${flight.departure} ${flight.origin} ${flight.destination}`;
    const duplicate = this.#seen.get(key) !== undefined;
    this.#metrics.recordDedupCheck(duplicate);
    if (!duplicate && this.#seen.set(key, true) !== undefined) {
      this.#metrics.recordDedupCacheEviction();
    }
    this.#metrics.setDedupCacheSize(this.#seen.size);
    return duplicate;
  }
}
