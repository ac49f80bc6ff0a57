import type { Exemplar, RecordOptions } from "../model/exemplar.ts";
import { unixSeconds } from "../model/platform/clock.ts";
import type { NativeBuckets } from "../model/snapshot.ts";
import { BaseObserver, refuseObservation } from "./base_observer.ts";
import type { BucketRows } from "./bucket_rows.ts";
import type { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramValue } from "./histogram.ts";
import type { NativeCounts } from "./native/native_counts.ts";

/**
 * A histogram of one thread: the sum and classic buckets in a row of an array, not cumulated, and
 * possibly native buckets.
 */
export class LocalHistogram extends BaseObserver implements Histogram {
  /** The latest exemplar of each classic bucket; `undefined` before the first one. */
  exemplars: (Exemplar | undefined)[] | undefined;
  /** The time of the last reset, in seconds since 1970. */
  restarted: number | undefined;
  readonly #bounds: Float64Array;
  readonly #familyExemplars: FamilyExemplars<Histogram>;
  readonly #native: NativeCounts | undefined;
  /** The sum of this histogram, then its buckets, among those of others. */
  #cells: Float64Array;
  /** Where its sum is. */
  #start: number;

  /** @param bounds Doubles in an array: in a frozen list each is an object, which costs 3 ns. */
  constructor(
    bounds: Float64Array,
    rows: BucketRows,
    familyExemplars: FamilyExemplars<Histogram>,
    native: NativeCounts | undefined,
  ) {
    super();
    this.#bounds = bounds;
    this.#familyExemplars = familyExemplars;
    this.#native = native;
    this.#start = rows.take();
    this.#cells = rows.cells;
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
    const cells = this.#cells;
    const start = this.#start;
    cells[start + 1 + bucket]++;
    cells[start] += value;
  }

  /** Counts a value several times, without an exemplar. */
  protected repeat(value: number, times: number): void {
    if (this.#native !== undefined && this.#native.observe(value, undefined)) this.#restart();
    this.#native?.repeat(value, times - 1);
    this.#cells[this.#start + 1 + this.#bucketOf(value)] += times;
    this.#cells[this.#start] += value * times;
  }

  /** Count, sum and buckets of all observations so far. */
  get(): HistogramValue {
    let count = 0;
    const buckets = Array.from(this.#buckets(), (observed, bucket) => {
      count += observed;
      return { le: this.#bounds[bucket] ?? Infinity, count };
    });
    return { count, sum: this.#cells[this.#start], buckets };
  }

  /** Number of observations. */
  get count(): number {
    let count = 0;
    for (let bucket = 0, at = this.#start + 1; bucket <= this.#bounds.length; bucket++) {
      count += this.#cells[at++];
    }
    return count;
  }

  /** Copies the classic buckets into a snapshot, and returns the sum. */
  read(target: Float64Array, offset: number): number {
    if (this.#native !== undefined && this.#native.resetIfDue()) this.#restart();
    const cells = this.#cells;
    const start = this.#start;
    const end = start + 1 + this.#bounds.length;
    // A loop, as set() would need a view of each row.
    for (let from = start + 1, to = offset; from <= end; from++) target[to++] = cells[from];
    return cells[start];
  }

  /** Moves its numbers to a row among others. */
  move(rows: BucketRows): void {
    const start = rows.take();
    rows.cells.set(this.#cells.subarray(this.#start, this.#start + rows.size), start);
    this.#cells = rows.cells;
    this.#start = start;
  }

  /** Whether {@linkcode read} would give the same buckets and sum, and there is no exemplar. */
  has(buckets: Float64Array, offset: number, sum: number): boolean {
    const cells = this.#cells;
    let from = this.#start;
    if (this.exemplars !== undefined || !Object.is(cells[from], sum)) return false;
    const end = offset + this.#bounds.length;
    for (let at = offset; at <= end; at++) if (cells[++from] !== buckets[at]) return false;
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
    this.#cells.fill(0, this.#start, this.#start + this.#bounds.length + 2);
    this.exemplars = undefined;
  }

  #buckets(): Float64Array {
    const first = this.#start + 1;
    return this.#cells.subarray(first, first + this.#bounds.length + 1);
  }

  #store(bucket: number, exemplar: Exemplar): void {
    this.#familyExemplars.areInBuckets = true;
    this.exemplars ??= new Array(this.#bounds.length + 1).fill(undefined);
    this.exemplars[bucket] = exemplar;
  }
}
