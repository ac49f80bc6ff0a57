import { unixSeconds } from "../model/clock.ts";
import { InvalidValueError } from "../model/errors.ts";
import type { Exemplar, RecordOptions } from "../model/exemplar.ts";
import type { NativeBuckets } from "../model/snapshot.ts";
import { BaseObserver } from "./base_observer.ts";
import type { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramValue } from "./histogram.ts";
import type { NativeCounts } from "./native/native_counts.ts";

/**
 * A histogram with one array for its classic buckets, each observation counted once, its sum, and
 * maybe native buckets.
 */
export class LocalHistogram extends BaseObserver implements Histogram {
  /** The latest exemplar of each classic bucket, from the first exemplar on. */
  exemplars: (Exemplar | undefined)[] | undefined;
  /** When it last began again from nothing, in seconds since 1970. */
  restarted: number | undefined;
  readonly #bounds: Float64Array;
  readonly #book: FamilyExemplars<Histogram>;
  readonly #native: NativeCounts | undefined;
  readonly #buckets: Float64Array;
  #sum = 0;

  /** An empty histogram. The bounds are read in an array of doubles: in a frozen list each one is an
   * object, which costs 3 ns a bound. */
  constructor(
    bounds: Float64Array,
    book: FamilyExemplars<Histogram>,
    native: NativeCounts | undefined,
  ) {
    super();
    this.#bounds = bounds;
    this.#book = book;
    this.#native = native;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  /** Records a value. */
  override observe(value: number, options?: RecordOptions): void {
    if (typeof value !== "number") {
      throw new InvalidValueError(this.#book.family, value, "a number to observe");
    }
    const bucket = this.#bucketOf(value);
    const exemplar = options !== undefined || this.#book.source !== undefined
      ? this.#book.make(value, options)
      : undefined;
    if (this.#native !== undefined && this.#native.observe(value, exemplar)) this.#restart();
    if (exemplar !== undefined) this.#keep(bucket, exemplar);
    this.#buckets[bucket]++;
    this.#sum += value;
  }

  /** Counts a value so many times, without an exemplar. */
  protected repeat(value: number, times: number): void {
    if (this.#native !== undefined && this.#native.observe(value, undefined)) this.#restart();
    this.#native?.repeat(value, times - 1);
    this.#buckets[this.#bucketOf(value)] += times;
    this.#sum += value * times;
  }

  /** What was observed so far. */
  get(): HistogramValue {
    let count = 0;
    const buckets = Array.from(this.#buckets, (observed, bucket) => {
      count += observed;
      return { le: this.#bounds[bucket] ?? Infinity, count };
    });
    return { count, sum: this.#sum, buckets };
  }

  /** How many values were observed. */
  get count(): number {
    return this.#buckets.reduce((count, observed) => count + observed, 0);
  }

  /** Copies the classic buckets to their place in a snapshot and gives the sum. */
  read(target: Float64Array, offset: number): number {
    if (this.#native !== undefined && this.#native.resetIfDue()) this.#restart();
    target.set(this.#buckets, offset);
    return this.#sum;
  }

  /** The native buckets of a native histogram. */
  readNative(): NativeBuckets {
    return this.#native!.snapshot();
  }

  #bucketOf(value: number): number {
    const bounds = this.#bounds;
    let bucket = 0;
    // A scan beats a binary search up to some 30 bounds; NaN, which is under no bound, ends at +Inf.
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    return bucket;
  }

  /** The native buckets forgot everything; so that all agree, the rest does too. */
  #restart(): void {
    this.#buckets.fill(0);
    this.#sum = 0;
    this.exemplars = undefined;
    this.restarted = unixSeconds();
  }

  #keep(bucket: number, exemplar: Exemplar): void {
    this.exemplars ??= new Array(this.#buckets.length).fill(undefined);
    this.exemplars[bucket] = exemplar;
  }
}
