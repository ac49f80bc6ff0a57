import { milliseconds } from "../../model/platform/clock.ts";
import type { Slot } from "./slot.ts";

/**
 * How long released cells stay unused. A scrape reads the log and then the cells without a break, so
 * after this time none still takes the cells for those of the old series.
 */
const quarantineMs = 30_000;

/** How long released cells stay unused if the segment has no other memory left. */
const urgentQuarantineMs = 1000;

/** Released slots of one width, the longest unused first. */
interface Queue {
  slots: Slot[];
  /** When each was released, by the monotonic clock of this thread. */
  times: number[];
  /** How many of the first slots are in use again. */
  reused: number;
}

/** The released slots of a segment, by width. */
export class FreeList {
  readonly #queues = new Map<number, Queue>();

  /** Adds a slot. */
  put(slot: Slot, width: number): void {
    const queue = this.#queues.get(width) ?? { slots: [], times: [], reused: 0 };
    this.#queues.set(width, queue);
    queue.slots.push(slot);
    queue.times.push(milliseconds());
  }

  /** Removes and returns a slot that was unused for long enough, if there is one. */
  take(width: number, isUrgent: boolean): Slot | undefined {
    const queue = this.#queues.get(width);
    if (queue === undefined || queue.reused === queue.slots.length) return undefined;
    const quarantine = isUrgent ? urgentQuarantineMs : quarantineMs;
    if (queue.times[queue.reused] > milliseconds() - quarantine) return undefined;
    const slot = queue.slots[queue.reused++];
    // Not one by one: to shift a list of 300,000 elements takes 0.1 ms.
    if (queue.reused > 1024 && queue.reused * 2 > queue.slots.length) {
      queue.slots = queue.slots.slice(queue.reused);
      queue.times = queue.times.slice(queue.reused);
      queue.reused = 0;
    }
    return slot;
  }
}
