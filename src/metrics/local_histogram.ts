import { unixSeconds } from "../model/clock.ts";
import type { Exemplar, RecordOptions } from "../model/exemplar.ts";
import type { NativeBuckets } from "../model/snapshot.ts";
import { BaseObserver, refuseObservation } from "./base_observer.ts";
import type { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramValue } from "./histogram.ts";
import type { NativeCounts } from "./native/native_counts.ts";

/**
 * A histogram of one thread: classic buckets in an array, not cumulated, the sum, and possibly
 * native buckets.
 */
export class LocalHistogram extends BaseObserver implements Histogram {
  /** The latest exemplar of each classic bucket; `undefined` before the first one. */
  exemplars: (Exemplar | undefined)[] | undefined;
  /** The time of the last reset, in seconds since 1970. */
  restarted: number | undefined;
  readonly #bounds: Float64Array;
  readonly #familyExemplars: FamilyExemplars<Histogram>;
  readonly #native: NativeCounts | undefined;
  readonly #buckets: Float64Array;
  #sum = 0;

  /** @param bounds Doubles in an array: in a frozen list each is an object, which costs 3 ns. */
  constructor(
    bounds: Float64Array,
    familyExemplars: FamilyExemplars<Histogram>,
    native: NativeCounts | undefined,
  ) {
    super();
    this.#bounds = bounds;
    this.#familyExemplars = familyExemplars;
    this.#native = native;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  /** The name of the family, for errors. */
  protected override get family(): string {
    return this.#familyExemplars.family;
  }

  /** Records a value. */
  override observe(value: number, options?: RecordOptions): void {
    if (typeof value !== "number") {
      return refuseObservation(this.#familyExemplars.refusals, value);
    }
    let exemplar: Exemplar | undefined;
    if (options !== undefined || this.#familyExemplars.source !== undefined) {
      if (this.#familyExemplars.refuses(options)) return;
      exemplar = this.#familyExemplars.make(value, options);
    }
    const bucket = this.#bucketOf(value);
    if (this.#native !== undefined && this.#native.observe(value, exemplar)) this.#restart();
    if (exemplar !== undefined) this.#store(bucket, exemplar);
    this.#buckets[bucket]++;
    this.#sum += value;
  }

  /** Counts a value several times, without an exemplar. */
  protected repeat(value: number, times: number): void {
    if (this.#native !== undefined && this.#native.observe(value, undefined)) this.#restart();
    this.#native?.repeat(value, times - 1);
    this.#buckets[this.#bucketOf(value)] += times;
    this.#sum += value * times;
  }

  /** Count, sum and buckets of all observations so far. */
  get(): HistogramValue {
    let count = 0;
    const buckets = Array.from(this.#buckets, (observed, bucket) => {
      count += observed;
      return { le: this.#bounds[bucket] ?? Infinity, count };
    });
    return { count, sum: this.#sum, buckets };
  }

  /** Number of observations. */
  get count(): number {
    return this.#buckets.reduce((count, observed) => count + observed, 0);
  }

  /** Copies the classic buckets into a snapshot, and returns the sum. */
  read(target: Float64Array, offset: number): number {
    if (this.#native !== undefined && this.#native.resetIfDue()) this.#restart();
    target.set(this.#buckets, offset);
    return this.#sum;
  }

  /** Whether {@linkcode read} would give the same buckets and sum, and there is no exemplar. */
  has(buckets: Float64Array, offset: number, sum: number): boolean {
    if (this.exemplars !== undefined || !Object.is(this.#sum, sum)) return false;
    const own = this.#buckets;
    for (let bucket = 0; bucket < own.length; bucket++) {
      if (own[bucket] !== buckets[offset + bucket]) return false;
    }
    return true;
  }

  /** The native buckets of a native histogram. */
  readNative(): NativeBuckets {
    return this.#native!.snapshot();
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let bucket = 0;
    // Up to some 30 bounds a scan beats a binary search. NaN is below no bound and goes to +Inf.
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    return bucket;
  }

  /** Sets everything back, as in a new series. */
  reset(): void {
    this.#native?.reset();
    this.#clear();
    this.restarted = undefined;
  }

  /** The native buckets were reset; the rest is reset as well, so that all agree. */
  #restart(): void {
    this.#clear();
    this.restarted = unixSeconds();
  }

  #clear(): void {
    this.#buckets.fill(0);
    this.#sum = 0;
    this.exemplars = undefined;
  }

  #store(bucket: number, exemplar: Exemplar): void {
    this.exemplars ??= new Array(this.#buckets.length).fill(undefined);
    this.exemplars[bucket] = exemplar;
  }
}
