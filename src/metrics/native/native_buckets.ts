import { unixSeconds } from "../../model/clock.ts";
import type { NativeBuckets } from "../../model/snapshot.ts";
import { type BucketArrays, BucketCounts } from "./bucket_counts.ts";
import {
  coarsestSchema,
  nativeIndex,
  nativeUpperBound,
  schemaOfFactor,
} from "../../model/native_index.ts";
import type { NativeBucketOptions } from "./native_options.ts";

/** The buckets of a native histogram without its exemplars, which are kept apart. */
export type NativeBucketsSnapshot = Omit<NativeBuckets, "exemplars">;

/**
 * The buckets of one native histogram, and how their number stays limited.
 *
 * An observation takes 15 ns (Node 24). A limited store may forget everything and begin again; its
 * owner then does the same with count, sum, classic buckets and creation time. So it asks first:
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
  /** The time of the first observation or the last reset, where resets are wanted. */
  #start: number | undefined;
  /** The time of the next reset, if one is due at all. */
  #resetTime = Infinity;

  /**
   * An empty store.
   *
   * @param clock The time in seconds; asked only where `minResetSeconds` is not 0, at the first
   * observation, when there is a bucket too many, and while a reset is due.
   * @param newArrays Makes the memory of the buckets, if not as usual.
   */
  constructor(
    options: NativeBucketOptions,
    clock: () => number = unixSeconds,
    newArrays?: (slots: number) => BucketArrays,
  ) {
    this.#buckets = new BucketCounts(newArrays);
    this.#options = options;
    this.#clock = clock;
    this.#maxBuckets = options.maxBuckets === 0 ? Infinity : options.maxBuckets;
    this.#schema = schemaOfFactor(options.factor);
    this.#zeroThreshold = options.zeroThreshold;
  }

  /** How many buckets there are, without the zero bucket. */
  get size(): number {
    return this.#buckets.size;
  }

  /** The resolution now. */
  get schema(): number {
    return this.#schema;
  }

  /** Values up to this distance from zero now count as zero. */
  get zeroThreshold(): number {
    return this.#zeroThreshold;
  }

  /** How many did. */
  get zeroCount(): number {
    return this.#zeroCount;
  }

  /** Goes on in new memory. */
  move(): void {
    this.#buckets.move();
  }

  /**
   * Counts a value; `NaN` has no bucket.
   *
   * @returns Whether everything before this value was forgotten.
   */
  observe(value: number): boolean {
    const wasDue = this.#options.minResetSeconds !== 0 && this.#resetAtObservation();
    this.#count(value);
    return (this.size > this.#maxBuckets && this.#limit(value)) || wasDue;
  }

  /** Counts the value that was observed last so many times more. Its bucket is there. */
  repeat(value: number, times: number): void {
    if (Math.abs(value) > this.#zeroThreshold) {
      this.#buckets.add(nativeIndex(value, this.#schema), value < 0, times);
    } else if (!Number.isNaN(value)) {
      this.#zeroCount += times;
    }
  }

  /**
   * Forgets everything if a reset is due, which there is no timer for.
   *
   * @returns Whether it did.
   */
  resetIfDue(): boolean {
    if (this.#resetTime === Infinity) return false;
    const now = this.#clock();
    if (now < this.#resetTime) return false;
    this.#reset(now);
    return true;
  }

  /** The buckets now, by index. */
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
    // Not the time of construction: in a worker, the clock of the module's scope is at 0.
    this.#start ??= this.#clock();
    return this.resetIfDue();
  }

  /** Makes room after a value that needed one bucket too many; gives whether by a reset. */
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
    // More than one step where the next two buckets are far apart.
    while (this.size > this.#maxBuckets && (this.#widenZeroBucket() || this.#halveResolution()));
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

  /** Lets the zero bucket take in the populated bucket next to it, on both sides. */
  #widenZeroBucket(): boolean {
    const index = this.#buckets.lowest();
    const zeroThreshold = nativeUpperBound(index, this.#schema);
    if (zeroThreshold > this.#options.maxZeroThreshold) return false;
    this.#zeroThreshold = zeroThreshold;
    this.#zeroCount += this.#buckets.take(index);
    return true;
  }

  #halveResolution(): boolean {
    if (this.#schema === coarsestSchema) return false;
    this.#schema--;
    this.#buckets.halve();
    return true;
  }
}
