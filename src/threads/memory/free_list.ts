import type { Slot } from "./slot.ts";

/**
 * How long cells that were given back stay unused. A scrape reads the log and then the cells in one
 * go; in this time, none is still reading cells by a log in which they were another series'.
 */
const quarantineMs = 30_000;

/** The same where there is no other memory left. */
const urgentQuarantineMs = 1000;

/** Cells that were given back, the longest unused first. */
interface Queue {
  slots: Slot[];
  times: number[];
  /** How many of the first ones are in use again. */
  taken: number;
}

/** The cells of a segment that were given back, by how many belong together. */
export class FreeList {
  readonly #queues = new Map<number, Queue>();

  /** Takes cells in. */
  put(slot: Slot, width: number): void {
    const queue = this.#queues.get(width) ?? { slots: [], times: [], taken: 0 };
    this.#queues.set(width, queue);
    queue.slots.push(slot);
    queue.times.push(Date.now());
  }

  /** Gives cells that were unused for long enough, if there are any. */
  take(width: number, isUrgent: boolean): Slot | undefined {
    const queue = this.#queues.get(width);
    if (queue === undefined || queue.taken === queue.slots.length) return undefined;
    const wait = isUrgent ? urgentQuarantineMs : quarantineMs;
    if (queue.times[queue.taken] > Date.now() - wait) return undefined;
    const slot = queue.slots[queue.taken++];
    // Not one by one: to shift a list of 300,000 takes 0.1 ms.
    if (queue.taken > 1024 && queue.taken * 2 > queue.slots.length) {
      queue.slots = queue.slots.slice(queue.taken);
      queue.times = queue.times.slice(queue.taken);
      queue.taken = 0;
    }
    return slot;
  }
}
