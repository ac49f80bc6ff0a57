import { display, RegistrationError } from "../model/errors.ts";
import type { RecordOptions } from "../model/exemplar.ts";
import type { BucketRows } from "./bucket_rows.ts";
import { LocalHistogram } from "./local_histogram.ts";
import type { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramValue } from "./histogram.ts";
import type { NativeCounts } from "./native/native_counts.ts";

/**
 * A histogram that samples its observations. Each sample is weighted by the number skipped since
 * the last, so the count is exact whenever it is read.
 *
 * The number skipped is drawn anew each time, uniformly, so a pattern that recurs in every tenth
 * observation is sampled as often as it occurs.
 */
export class SampledHistogram extends LocalHistogram {
  readonly #every: number;
  /** Observations up to the next sample, the sample included; the first one is a sample. */
  #stride = 1;
  /** Observations skipped since the last sample. */
  #skipped = 0;
  /** The latest value, sampled or skipped. */
  #latest = 0;

  /** @param every The average number of observations for each sample. */
  constructor(
    bounds: Float64Array,
    rows: BucketRows,
    familyExemplars: FamilyExemplars<Histogram>,
    native: NativeCounts | undefined,
    every: number,
  ) {
    super(bounds, rows, familyExemplars, native);
    this.#every = every;
  }

  /** Samples or skips a value. */
  override observe(value: number, options?: RecordOptions): void {
    if (typeof value !== "number") return super.observe(value);
    if (this.#skipped + 1 < this.#stride) {
      this.#skipped++;
      this.#latest = value;
      return;
    }
    super.observe(value, options);
    this.#latest = value;
    this.#countSkipped();
    this.#stride = 1 + Math.floor(Math.random() * (2 * this.#every - 1));
  }

  /** Count, sum and buckets of all observations so far. */
  override get(): HistogramValue {
    this.#countSkipped();
    return super.get();
  }

  /** Number of observations. */
  override get count(): number {
    return super.count + this.#skipped;
  }

  /** Copies the classic buckets into a snapshot, and returns the sum. */
  override read(target: Float64Array, offset: number): number {
    this.#countSkipped();
    return super.read(target, offset);
  }

  /** What was skipped since has to be counted first. */
  override has(buckets: Float64Array, offset: number, sum: number): boolean {
    return this.#skipped === 0 && super.has(buckets, offset, sum);
  }

  /** Sets everything back; the next observation is a sample, as the first one was. */
  override reset(): void {
    this.#skipped = 0;
    this.#stride = 1;
    super.reset();
  }

  /** Counts the skipped observations as the latest value. */
  #countSkipped(): void {
    if (this.#skipped > 0) this.repeat(this.#latest, this.#skipped);
    this.#skipped = 0;
  }
}

/**
 * Checks the option `sampleEvery`.
 *
 * @throws {RegistrationError} If it is not a whole number from 1 up.
 */
export function readSampleEvery(family: string, every: number): number {
  if (Number.isSafeInteger(every) && every >= 1) return every;
  throw new RegistrationError(
    `${family}: sampleEvery ${display(every)} must be a whole number from 1 up`,
  );
}
