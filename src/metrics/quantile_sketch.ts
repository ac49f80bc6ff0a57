import type { SparseBuckets } from "../model/snapshot.ts";
import { BucketCounts } from "./native/bucket_counts.ts";
import { nativeIndex, nativeUpperBound } from "../model/native_index.ts";

/**
 * Estimates quantiles of the values of the last minutes, in little memory, however many there are.
 *
 * The window slides in parts: with 5 parts of 2 minutes, an estimate is made of the values of the
 * last 8 to 10 minutes. Each part counts its values in exponential buckets, 64 for a power of two.
 *
 * An estimate differs from the exact quantile by 0.55 % at most, while the values that one part
 * sees have no more than 2048 buckets, which is enough for all from 1 to 2^32. A part with more
 * halves its resolution and so doubles the error: 1.1 % for all from 1 to 2^64. Among subnormal
 * numbers the error can be as large as their distance. The least and the greatest value are exact.
 *
 * A bucket takes 16 to 32 bytes, a part at most 48 KiB, a value 20 ns (Node 24). Three quantiles of
 * 2400 buckets in 5 parts take 0.2 ms.
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
    return this.#parts.reduce((total, part) => total + part.buckets.size, 0);
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
    const estimates = merge(parts);
    const count = estimates.reduce((total, estimate) => total + estimate.count, 0);
    const least = Math.min(...parts.map((part) => part.least));
    const greatest = Math.max(...parts.map((part) => part.greatest));
    return shares.map((share) => {
      if (count === 0) return NaN;
      // 0.07 times 100 is 7.000000000000001, and yet the 7th value is meant.
      const rank = Math.max(1, Math.ceil(share * count * (1 - Number.EPSILON)));
      if (rank === 1) return least;
      if (rank === count) return greatest;
      return Math.min(Math.max(valueAt(estimates, rank), least), greatest);
    });
  }
}

/** How many buckets a part may have. */
const maxBuckets = 2048;

/** A part begins with buckets that grow by 1.1 %. */
const finestSchema = 6;

/** The values of one part of the window, or of one that is over and will be replaced. */
class WindowPart {
  /** Which part since the beginning of time. */
  number = NaN;
  schema = finestSchema;
  zeros = 0;
  least = Infinity;
  greatest = -Infinity;
  readonly buckets = new BucketCounts();

  observe(value: number, number: number): void {
    if (Number.isNaN(value)) return;
    if (this.number !== number) this.#begin(number);
    if (value < this.least) this.least = value;
    if (value > this.greatest) this.greatest = value;
    if (value === 0) this.zeros++;
    else this.buckets.increment(nativeIndex(value, this.schema), value < 0);
    // It ends in time: at the coarsest schema all numbers together have 266 buckets.
    while (this.buckets.size > maxBuckets) {
      this.buckets.halve();
      this.schema--;
    }
  }

  #begin(number: number): void {
    this.number = number;
    this.schema = finestSchema;
    this.zeros = 0;
    this.least = Infinity;
    this.greatest = -Infinity;
    this.buckets.clear();
  }
}

/** Values as a bucket knows them. */
interface Estimate {
  readonly value: number;
  readonly count: number;
}

/** The values of several parts, ascending. */
function merge(parts: readonly WindowPart[]): Estimate[] {
  const schema = Math.min(finestSchema, ...parts.map((part) => part.schema));
  const buckets = new BucketCounts();
  let zeros = 0;
  for (const part of parts) {
    buckets.addAll(part.buckets, part.schema - schema);
    zeros += part.zeros;
  }
  const { positive, negative } = buckets.snapshot();
  // From here both bounds of a bucket differ by the same ratio.
  const middle = 2 / (1 + nativeUpperBound(1, schema));
  const estimates = ({ indexes, counts }: SparseBuckets, sign: number): Estimate[] =>
    indexes.map((index, position) => ({
      value: sign * middle * nativeUpperBound(index, schema),
      count: counts[position],
    }));
  return [
    ...estimates(negative, -1).reverse(),
    { value: 0, count: zeros },
    ...estimates(positive, 1),
  ];
}

/** The value at a place in the order, from 1; `NaN` beyond the last. */
function valueAt(estimates: readonly Estimate[], rank: number): number {
  let passed = 0;
  for (const { value, count } of estimates) {
    passed += count;
    if (passed >= rank) return value;
  }
  return NaN;
}
