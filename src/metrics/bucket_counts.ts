import type { SparseBuckets } from "../core/snapshot.ts";

/**
 * Counts by the index of a bucket, only for buckets that have any.
 *
 * A hash table in two arrays: 5 to 7 ns for an observation and 12 bytes a slot, where a `Map` takes
 * 17 ns (Node 24) and three times the memory.
 */
export class BucketCounts {
  #indexes = new Int32Array(fewestSlots);
  /** 0 where the slot is free. */
  #counts = new Float64Array(fewestSlots);
  #size = 0;

  /** How many buckets there are. */
  get size(): number {
    return this.#size;
  }

  /** Counts one observation. */
  increment(index: number): void {
    const indexes = this.#indexes;
    const counts = this.#counts;
    let slot = startOf(index, indexes.length);
    while (counts[slot] !== 0) {
      if (indexes[slot] === index) {
        counts[slot]++;
        return;
      }
      slot = (slot + 1) & (indexes.length - 1);
    }
    this.#insert(index);
  }

  /** Removes a bucket and gives its count; 0 where there is none. */
  take(index: number): number {
    const position = this.#indexes.findIndex((other, slot) =>
      other === index && this.#counts[slot] !== 0
    );
    if (position < 0) return 0;
    const count = this.#counts[position];
    this.#counts[position] = 0;
    // Another bucket may only be found by way of the slot that is free now.
    this.#rebuild(this.#indexes.length, (other) => other);
    return count;
  }

  /** The lowest index; `Infinity` where there is no bucket. */
  lowest(): number {
    return this.#indexes.reduce(
      (lowest, index, slot) => this.#counts[slot] === 0 ? lowest : Math.min(lowest, index),
      Infinity,
    );
  }

  /** Goes to the next coarser schema: two buckets become one. */
  halve(): void {
    this.#rebuild(this.#indexes.length, (index) => (index + 1) >> 1);
  }

  /** Removes all buckets. */
  clear(): void {
    if (this.#size === 0) return;
    this.#indexes = new Int32Array(fewestSlots);
    this.#counts = new Float64Array(fewestSlots);
    this.#size = 0;
  }

  /** A copy, by index. */
  snapshot(): SparseBuckets {
    const slots = Array.from(this.#indexes.keys()).filter((slot) => this.#counts[slot] !== 0)
      .sort((a, b) => this.#indexes[a] - this.#indexes[b]);
    return {
      indexes: slots.map((slot) => this.#indexes[slot]),
      counts: slots.map((slot) => this.#counts[slot]),
    };
  }

  /** Apart from {@linkcode increment}, so that engines inline the way that is usual. */
  #insert(index: number): void {
    const slots = this.#indexes.length;
    if (this.#size >= slots * fullest) this.#rebuild(slots * 2, (other) => other);
    this.#add(index, 1);
  }

  #add(index: number, count: number): void {
    let slot = startOf(index, this.#indexes.length);
    while (this.#counts[slot] !== 0 && this.#indexes[slot] !== index) {
      slot = (slot + 1) & (this.#indexes.length - 1);
    }
    if (this.#counts[slot] === 0) this.#size++;
    this.#indexes[slot] = index;
    this.#counts[slot] += count;
  }

  #rebuild(slots: number, move: (index: number) => number): void {
    const indexes = this.#indexes;
    const counts = this.#counts;
    this.#indexes = new Int32Array(slots);
    this.#counts = new Float64Array(slots);
    this.#size = 0;
    for (let slot = 0; slot < indexes.length; slot++) {
      if (counts[slot] !== 0) this.#add(move(indexes[slot]), counts[slot]);
    }
  }
}

/** A power of two, as every later number of slots; up to 64 bytes V8 keeps arrays in its heap. */
const fewestSlots = 8;

/** The part of the slots above which their number doubles. */
const fullest = 0.75;

/**
 * The slot where the search for an index begins.
 *
 * Multiplied by 2^32 divided by the golden ratio, the upper bits of an index spread evenly. Its
 * lower bits alone are 0 for every power of two at the finest schema, and cost 30 ns there.
 */
function startOf(index: number, slots: number): number {
  return Math.imul(index, 0x9e3779b1) >>> Math.clz32(slots - 1);
}
