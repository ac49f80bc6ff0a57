import { milliseconds } from "../../model/platform/clock.ts";
import type { NativeBuckets } from "../../model/snapshot.ts";
import { type BucketArrays, BucketCounts } from "./bucket_counts.ts";
import {
  coarsestSchema,
  nativeIndex,
  nativeUpperBound,
  schemaOfFactor,
} from "../../model/native_index.ts";
import type { NativeBucketOptions } from "./native_options.ts";

/** The buckets of a native histogram without its exemplars, which are stored separately. */
export type NativeBucketsSnapshot = Omit<NativeBuckets, "exemplars">;

/**
 * The buckets of one native histogram, within the limit on their number.
 *
 * An observation takes 15 ns (Node 24). A limited store may reset itself. Its owner then resets
 * count, sum, classic buckets and creation time as well, so it records into the store first:
 *
 *     if (native.observe(value)) this.#restart();
 *     this.#count++; // and so on
 *
 * and before a snapshot likewise `if (native.resetIfDue()) this.#restart()`.
 *
 * Source: https://prometheus.io/docs/specs/native_histograms/
 */
export class NativeBucketStore {
  readonly #options: NativeBucketOptions;
  readonly #clock: () => number;
  readonly #maxBuckets: number;
  readonly #buckets: BucketCounts;
  #schema: number;
  #zeroThreshold: number;
  #zeroCount = 0;
  /** The time of the first observation or the last reset, if resets are allowed. */
  #start: number | undefined;
  /** The time of the next reset; `Infinity` if none is due. */
  #resetTime = Infinity;

  /**
   * An empty store.
   *
   * @param clock The time in seconds since an arbitrary moment. Called only if `minResetSeconds` is
   * not 0: at the first observation, when there is a bucket too many, and while a reset is due.
   * @param newArrays Allocates the memory of the buckets; in the heap by default.
   */
  constructor(
    options: NativeBucketOptions,
    clock: () => number = () => milliseconds() / 1000,
    newArrays?: (slots: number) => BucketArrays,
  ) {
    this.#buckets = new BucketCounts(newArrays);
    this.#options = options;
    this.#clock = clock;
    this.#maxBuckets = options.maxBuckets === 0 ? Infinity : options.maxBuckets;
    this.#schema = schemaOfFactor(options.factor);
    this.#zeroThreshold = options.zeroThreshold;
  }

  /** Number of buckets, without the zero bucket. */
  get size(): number {
    return this.#buckets.size;
  }

  /** The present resolution, from -4 to 8. */
  get schema(): number {
    return this.#schema;
  }

  /** Values up to this distance from zero are counted in the zero bucket. */
  get zeroThreshold(): number {
    return this.#zeroThreshold;
  }

  /** Number of observations in the zero bucket. */
  get zeroCount(): number {
    return this.#zeroCount;
  }

  /** Moves the buckets to new memory. */
  move(): void {
    this.#buckets.move();
  }

  /**
   * Counts a value; `NaN` has no bucket.
   *
   * @returns Whether the store was reset before this value.
   */
  observe(value: number): boolean {
    const wasDue = this.#options.minResetSeconds !== 0 && this.#resetAtObservation();
    this.#count(value);
    return (this.size > this.#maxBuckets && this.#limit(value)) || wasDue;
  }

  /** Counts the last observed value several more times. Its bucket exists. */
  repeat(value: number, times: number): void {
    if (Math.abs(value) > this.#zeroThreshold) {
      this.#buckets.add(nativeIndex(value, this.#schema), value < 0, times);
    } else if (!Number.isNaN(value)) {
      this.#zeroCount += times;
    }
  }

  /**
   * Resets the store if a reset is due; there is no timer for it.
   *
   * @returns Whether it was reset.
   */
  resetIfDue(): boolean {
    if (this.#resetTime === Infinity) return false;
    const now = this.#clock();
    if (now < this.#resetTime) return false;
    this.#reset(now);
    return true;
  }

  /** A snapshot of the buckets. */
  snapshot(): NativeBucketsSnapshot {
    return {
      schema: this.#schema,
      zeroThreshold: this.#zeroThreshold,
      zeroCount: this.#zeroCount,
      ...this.#buckets.snapshot(),
    };
  }

  #count(value: number): void {
    if (Math.abs(value) > this.#zeroThreshold) {
      this.#buckets.increment(nativeIndex(value, this.#schema), value < 0);
    } else if (!Number.isNaN(value)) {
      this.#zeroCount++;
    }
  }

  #resetAtObservation(): boolean {
    // Not the time of construction: on workerd the clock is 0 while modules load.
    this.#start ??= this.#clock();
    return this.resetIfDue();
  }

  /** Makes room after a value that needed one bucket too many. Returns whether by a reset. */
  #limit(value: number): boolean {
    const { minResetSeconds } = this.#options;
    if (minResetSeconds !== 0) {
      const now = this.#clock();
      const resetTime = (this.#start ?? now) + minResetSeconds;
      if (now >= resetTime) {
        this.#reset(now);
        this.#count(value);
        return true;
      }
      this.#resetTime = resetTime;
    }
    try {
      // More than one step if the next two buckets are far apart.
      while (this.size > this.#maxBuckets && (this.#widenZeroBucket() || this.#halveResolution()));
    } catch {
      // No memory to move them to: rather a bucket too many than an observation too few.
    }
    return false;
  }

  #reset(now: number): void {
    this.#buckets.clear();
    this.#schema = schemaOfFactor(this.#options.factor);
    this.#zeroThreshold = this.#options.zeroThreshold;
    this.#zeroCount = 0;
    this.#start = now;
    this.#resetTime = Infinity;
  }

  /** Widens the zero bucket to include the populated bucket next to it, of both signs. */
  #widenZeroBucket(): boolean {
    const index = this.#buckets.lowest();
    const zeroThreshold = nativeUpperBound(index, this.#schema);
    if (zeroThreshold > this.#options.maxZeroThreshold) return false;
    this.#zeroCount += this.#buckets.take(index);
    this.#zeroThreshold = zeroThreshold;
    return true;
  }

  #halveResolution(): boolean {
    if (this.#schema === coarsestSchema) return false;
    this.#buckets.halve();
    this.#schema--;
    return true;
  }
}
