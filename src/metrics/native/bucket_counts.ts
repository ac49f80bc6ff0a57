import { coarserIndex } from "../../model/native_index.ts";
import type { SparseBuckets } from "../../model/snapshot.ts";

/** Buckets of both signs, each by the index of a value without its sign. */
export interface SignedBuckets {
  /** Buckets of values above zero. */
  readonly positive: SparseBuckets;
  /** Buckets of values below zero. */
  readonly negative: SparseBuckets;
}

/** The memory of a number of slots. */
export interface BucketArrays {
  /** Twice the index, plus 1 for negative values. */
  readonly keys: Int32Array;
  /** 0 for a free slot. */
  readonly counts: Float64Array;
}

/**
 * The counts of exponential buckets of both signs, without empty ones.
 *
 * A hash table in two arrays, 12 bytes a slot: an observation takes 5 to 7 ns (Node 24), and 17 in
 * a `Map`.
 */
export class BucketCounts {
  readonly #newArrays: (slots: number) => BucketArrays;
  #keys!: Int32Array;
  #counts!: Float64Array;
  #size = 0;

  /** @param newArrays Makes memory for a number of slots, all 0, in place of the last. */
  constructor(newArrays: (slots: number) => BucketArrays = heapArrays) {
    this.#newArrays = newArrays;
    this.#empty(minSlots);
  }

  /** Number of buckets. */
  get size(): number {
    return this.#size;
  }

  /** Counts one observation. */
  increment(index: number, isNegative: boolean): void {
    this.#add(index << 1 | (isNegative ? 1 : 0), 1);
  }

  /** Counts several observations. */
  add(index: number, isNegative: boolean, count: number): void {
    this.#add(index << 1 | (isNegative ? 1 : 0), count);
  }

  /** Adds all counts of another, whose schema may be finer by some steps. */
  addAll(other: BucketCounts, steps: number): void {
    other.#keys.forEach((key, slot) => {
      const count = other.#counts[slot];
      if (count !== 0) this.#add(coarserKey(key, steps), count);
    });
  }

  /** The lowest index of either sign, nearest to zero; `Infinity` if there is no bucket. */
  lowest(): number {
    return this.#keys.reduce(
      (lowest, key, slot) => this.#counts[slot] === 0 ? lowest : Math.min(lowest, key >> 1),
      Infinity,
    );
  }

  /** Removes the buckets of an index, of both signs, and returns their count. */
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

  /** Moves all buckets to new memory. */
  move(): void {
    this.#rebuild(this.#keys.length, (key) => key);
  }

  /** A copy of the buckets, ascending. */
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

  /** The slot of a key, or the free slot for it. */
  #slotOf(key: number): number {
    const keys = this.#keys;
    const last = keys.length - 1;
    // Multiplied by 2^32 divided by the golden ratio, keys are spread evenly by their upper bits.
    // The lower bits are the same for all powers of two at a fine schema, and cost 30 ns there.
    let slot = Math.imul(key, 0x9e3779b1) >>> Math.clz32(last);
    while (keys[slot] !== key && this.#counts[slot] !== 0) slot = (slot + 1) & last;
    return slot;
  }

  /** Moves or removes each key, and returns the count of the removed ones. */
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

/** A power of two, as all later sizes. V8 stores arrays of up to 64 bytes in its heap. */
const minSlots = 8;

/** The share of used slots above which their number doubles. */
const maxLoadFactor = 0.75;

/** The key at a schema coarser by some steps. */
function coarserKey(key: number, steps: number): number {
  return coarserIndex(key >> 1, steps) << 1 | (key & 1);
}

function heapArrays(slots: number): BucketArrays {
  return { keys: new Int32Array(slots), counts: new Float64Array(slots) };
}
