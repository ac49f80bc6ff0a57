import { NativeBucketStore } from "./native_buckets.ts";
import { nativeUpperBound } from "./native_index.ts";
import type { NativeBucketOptions } from "./native_options.ts";

/**
 * Estimates quantiles of the values of the last minutes, in little memory, however many there are.
 *
 * The window slides in parts: with 5 parts of 2 minutes, an estimate is made of the values of the
 * last 8 to 10 minutes. Each part counts its values in exponential buckets, 64 for a power of two.
 *
 * An estimate differs from the exact quantile by 0.55 % at most, while the values that one part sees
 * have no more than 2048 buckets: all values from 1 to 2^32 in either sign. A part with more halves
 * its resolution, and so doubles the error: 1.1 % from 1 to 2^64. Among subnormal numbers the error
 * can be as large as their distance. The least and the greatest value are exact.
 *
 * A value takes 12 bytes a bucket, at most 48 KB a part.
 */
export class QuantileSketch {
  readonly #partSeconds: number;
  readonly #parts: WindowPart[];

  /**
   * A sketch that has seen nothing.
   *
   * @param windowSeconds How long a value counts: above 0.
   * @param parts In how many steps the window slides: an integer above 0.
   */
  constructor(windowSeconds = 600, parts = 5) {
    this.#partSeconds = windowSeconds / parts;
    this.#parts = Array.from({ length: parts }, () => new WindowPart());
  }

  /** How many buckets it holds, old ones included that nothing has replaced yet. */
  get size(): number {
    return this.#parts.reduce((total, part) => total + part.size, 0);
  }

  /**
   * Takes in a value; `NaN` is left out, as it has no place in an order.
   *
   * @param now The time in seconds, since any moment, at least 0.
   */
  observe(value: number, now: number): void {
    const number = Math.floor(now / this.#partSeconds);
    this.#parts[number % this.#parts.length].observe(value, number);
  }

  /**
   * The smallest value of the window that a share of its values does not exceed, such as the median
   * for 0.5, the least for 0 and the greatest for 1; `NaN` where the window is empty.
   *
   * @param share From 0 to 1.
   * @param now The time in seconds, as for {@linkcode QuantileSketch.observe}.
   */
  quantile(share: number, now: number): number {
    return this.quantiles([share], now)[0];
  }

  /** Several quantiles for the price of one. */
  quantiles(shares: readonly number[], now: number): number[] {
    const number = Math.floor(now / this.#partSeconds);
    const parts = this.#parts.filter((part) =>
      part.number <= number && part.number > number - this.#parts.length
    );
    const estimates = parts.flatMap((part) => part.estimates())
      .sort((one, other) => one.value < other.value ? -1 : one.value > other.value ? 1 : 0);
    const count = estimates.reduce((total, estimate) => total + estimate.count, 0);
    const least = Math.min(...parts.map((part) => part.least));
    const greatest = Math.max(...parts.map((part) => part.greatest));
    return shares.map((share) => {
      if (count === 0) return NaN;
      // 0.07 times 100 is 7.000000000000001, and yet the 7th value is meant.
      let rank = Math.max(1, Math.ceil(share * count * (1 - Number.EPSILON)));
      const found = estimates.find((estimate) => (rank -= estimate.count) <= 0);
      return Math.min(Math.max(found?.value ?? greatest, least), greatest);
    });
  }
}

/** Values as a bucket knows them. */
interface Estimate {
  readonly value: number;
  readonly count: number;
}

/** The values of one part of the window, or of one that is over and will be replaced. */
class WindowPart {
  /** Which part since the beginning of time. */
  number = NaN;
  least = Infinity;
  greatest = -Infinity;
  readonly #buckets = new NativeBucketStore(bucketOptions);

  get size(): number {
    return this.#buckets.size;
  }

  observe(value: number, number: number): void {
    if (Number.isNaN(value)) return;
    if (this.number !== number) {
      this.number = number;
      this.least = Infinity;
      this.greatest = -Infinity;
      this.#buckets.clear();
    }
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    this.#buckets.observe(value);
  }

  /** The value of each bucket from which both its bounds differ by the same ratio. */
  estimates(): Estimate[] {
    const { schema, zeroCount, positive, negative } = this.#buckets.snapshot();
    const middle = 2 / (1 + nativeUpperBound(1, schema));
    const estimate = (index: number, count: number, sign: number): Estimate => ({
      value: sign * middle * nativeUpperBound(index, schema),
      count,
    });
    return [
      { value: 0, count: zeroCount },
      ...positive.indexes.map((index, at) => estimate(index, positive.counts[at], 1)),
      ...negative.indexes.map((index, at) => estimate(index, negative.counts[at], -1)),
    ];
  }
}

const bucketOptions: NativeBucketOptions = Object.freeze({
  factor: 1.011,
  maxBuckets: 2048,
  zeroThreshold: 0,
  maxZeroThreshold: 0,
  minResetSeconds: 0,
});
