import { display, RegistrationError } from "../model/errors.ts";
import type { RecordOptions } from "../model/exemplar.ts";
import { LocalHistogram } from "./local_histogram.ts";
import type { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramValue } from "./histogram.ts";
import type { NativeCounts } from "./native/native_counts.ts";

/**
 * A histogram that looks at some of its observations. One that it looks at stands for those since
 * the last one too, so that the count is exact whenever it is read.
 *
 * How many it passes over is drawn anew each time, evenly: what recurs in every tenth observation
 * is then seen as often as it is there.
 */
export class SampledHistogram extends LocalHistogram {
  readonly #every: number;
  /** Observations up to the next one that is looked at; the first one is. */
  #stride = 1;
  /** Those since the last one that was looked at. */
  #passed = 0;
  /** The latest value, looked at or not. */
  #latest = 0;

  /** An empty histogram that looks at one observation in so many. */
  constructor(
    bounds: Float64Array,
    book: FamilyExemplars<Histogram>,
    native: NativeCounts | undefined,
    every: number,
  ) {
    super(bounds, book, native);
    this.#every = every;
  }

  /** Records a value, or notes that there was one. */
  override observe(value: number, options?: RecordOptions): void {
    if (typeof value === "number" && this.#passed + 1 < this.#stride) {
      this.#passed++;
      this.#latest = value;
      return;
    }
    super.observe(value, options);
    this.#latest = value;
    this.#settle();
    this.#stride = 1 + Math.floor(Math.random() * (2 * this.#every - 1));
  }

  /** What was observed so far. */
  override get(): HistogramValue {
    this.#settle();
    return super.get();
  }

  /** How many values were observed. */
  override get count(): number {
    return super.count + this.#passed;
  }

  /** Copies the classic buckets to their place in a snapshot and gives the sum. */
  override read(target: Float64Array, offset: number): number {
    this.#settle();
    return super.read(target, offset);
  }

  /** The latest value stands for those that were passed over. */
  #settle(): void {
    if (this.#passed > 0) this.repeat(this.#latest, this.#passed);
    this.#passed = 0;
  }
}

/**
 * Checks how many observations one stands for.
 *
 * @throws {RegistrationError} Naming the family, the number and what is allowed.
 */
export function readSampleEvery(family: string, every: number): number {
  if (Number.isSafeInteger(every) && every >= 1) return every;
  throw new RegistrationError(
    `${family}: sampleEvery ${display(every)} must be a whole number from 1 up`,
  );
}
