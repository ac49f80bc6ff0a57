import { coarserIndex } from "../../model/native_index.ts";
import type { SparseBuckets } from "../../model/snapshot.ts";

/** Buckets of both signs, each by the index of a value without its sign. */
export interface SignedBuckets {
  /** Buckets of values above zero. */
  readonly positive: SparseBuckets;
  /** Buckets of values below zero. */
  readonly negative: SparseBuckets;
}

/** The memory of so many buckets. */
export interface BucketArrays {
  /** Twice the index, and one more for the negative side. */
  readonly keys: Int32Array;
  /** 0 where the slot is free. */
  readonly counts: Float64Array;
}

/**
 * Counts in exponential buckets of both signs, only where there are any.
 *
 * A hash table in two arrays, 12 bytes a slot: an observation takes 5 to 7 ns (Node 24), in a `Map`
 * it takes 17.
 */
export class BucketCounts {
  readonly #newArrays: (slots: number) => BucketArrays;
  #keys!: Int32Array;
  #counts!: Float64Array;
  #size = 0;

  /** @param newArrays Makes memory for so many slots, all 0, in place of the last. */
  constructor(newArrays: (slots: number) => BucketArrays = heapArrays) {
    this.#newArrays = newArrays;
    this.#empty(minSlots);
  }

  /** How many buckets there are. */
  get size(): number {
    return this.#size;
  }

  /** Counts one observation. */
  increment(index: number, isNegative: boolean): void {
    this.#add(index << 1 | (isNegative ? 1 : 0), 1);
  }

  /** Counts so many observations. */
  add(index: number, isNegative: boolean, count: number): void {
    this.#add(index << 1 | (isNegative ? 1 : 0), count);
  }

  /** Adds all counts of another, which may be of a schema that is finer by some steps. */
  addAll(other: BucketCounts, steps: number): void {
    other.#keys.forEach((key, slot) => {
      const count = other.#counts[slot];
      if (count !== 0) this.#add(coarserKey(key, steps), count);
    });
  }

  /** The lowest index of either sign, nearest to zero; `Infinity` where there is no bucket. */
  lowest(): number {
    return this.#keys.reduce(
      (lowest, key, slot) => this.#counts[slot] === 0 ? lowest : Math.min(lowest, key >> 1),
      Infinity,
    );
  }

  /** Removes the buckets of an index, of both signs, and gives what they held. */
  take(index: number): number {
    return this.#rebuild(this.#keys.length, (key) => key >> 1 === index ? undefined : key);
  }

  /** Goes to the next coarser schema: two buckets become one. */
  halve(): void {
    this.#rebuild(this.#keys.length, (key) => coarserKey(key, 1));
  }

  /** Removes all buckets. */
  clear(): void {
    this.#empty(minSlots);
  }

  /** Goes on in new memory. */
  move(): void {
    this.#rebuild(this.#keys.length, (key) => key);
  }

  /** A copy, by index. */
  snapshot(): SignedBuckets {
    const keys = this.#keys.filter((_, slot) => this.#counts[slot] !== 0).sort();
    const positive = { indexes: [] as number[], counts: [] as number[] };
    const negative = { indexes: [] as number[], counts: [] as number[] };
    for (const key of keys) {
      const { indexes, counts } = (key & 1) === 0 ? positive : negative;
      indexes.push(key >> 1);
      counts.push(this.#counts[this.#slotOf(key)]);
    }
    return { positive, negative };
  }

  #empty(slots: number): void {
    const { keys, counts } = this.#newArrays(slots);
    this.#keys = keys;
    this.#counts = counts;
    this.#size = 0;
  }

  #add(key: number, count: number): void {
    let slot = this.#slotOf(key);
    if (this.#counts[slot] === 0) {
      if (this.#size >= this.#keys.length * maxLoadFactor) {
        this.#rebuild(this.#keys.length * 2, (other) => other);
        slot = this.#slotOf(key);
      }
      this.#keys[slot] = key;
      this.#size++;
    }
    this.#counts[slot] += count;
  }

  /** Where a key is, or the free slot where it belongs. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    // Multiplied by 2^32 divided by the golden ratio, the upper bits of a key spread evenly. Its
    // lower bits alone are the same for all powers of two at a fine schema, and cost 30 ns there.
    let slot = Math.imul(key, 0x9e3779b1) >>> Math.clz32(last);
    while (keys[slot] !== key && this.#counts[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }

  /** Puts each key where it now belongs, or nowhere, and gives what those held. */
  #rebuild(slots: number, move: (key: number) => number | undefined): number {
    const keys = this.#keys;
    const counts = this.#counts;
    this.#empty(slots);
    let removed = 0;
    for (let slot = 0; slot < keys.length; slot++) {
      if (counts[slot] === 0) continue;
      const key = move(keys[slot]);
      if (key === undefined) removed += counts[slot];
      else this.#add(key, counts[slot]);
    }
    return removed;
  }
}

/** A power of two, as every later number of slots; up to 64 bytes V8 keeps arrays in its heap. */
const minSlots = 8;

/** The part of the slots above which their number doubles. */
const maxLoadFactor = 0.75;

/** The key at a schema coarser by some steps. */
function coarserKey(key: number, steps: number): number {
  return coarserIndex(key >> 1, steps) << 1 | (key & 1);
}

function heapArrays(slots: number): BucketArrays {
  return { keys: new Int32Array(slots), counts: new Float64Array(slots) };
}
