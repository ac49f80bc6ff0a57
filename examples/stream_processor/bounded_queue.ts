import type { ProcessorMetrics } from "@edgeprom/edgeprom";

/**
 * Records between the log and the processor. It is bounded, so that a slow processor slows what
 * feeds it instead of filling the memory: what does not fit stays in the log, and shows there as
 * consumer lag.
 */
export class BoundedQueue<Item> {
  readonly #capacity: number;
  readonly #metrics: ProcessorMetrics;
  readonly #items: Item[] = [];
  #head = 0;

  constructor(capacity: number, metrics: ProcessorMetrics) {
    this.#capacity = capacity;
    this.#metrics = metrics;
  }

  get size(): number {
    return this.#items.length - this.#head;
  }

  /** How many more items it takes. */
  get room(): number {
    return this.#capacity - this.size;
  }

  /** Puts items at the end. Throws if they do not fit. */
  add(items: readonly Item[]): void {
    if (items.length > this.room) {
      throw new RangeError(`${items.length} items do not fit into the ${this.room} free places`);
    }
    for (const item of items) this.#items.push(item);
    this.#metrics.setBackpressureEvents(this.size);
  }

  /** Takes the first item, or undefined if there is none. */
  take(): Item | undefined {
    if (this.size === 0) return undefined;
    const item = this.#items[this.#head++];
    // The places of items taken are given back together, as to remove the first of an array moves
    // all that follow.
    if (this.#head === this.#capacity) {
      this.#items.splice(0, this.#head);
      this.#head = 0;
    }
    this.#metrics.setBackpressureEvents(this.size);
    return item;
  }
}
