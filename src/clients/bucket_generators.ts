/**
 * Bounds of buckets at equal distances, for a histogram.
 *
 * @param start The first bound.
 * @param width The distance between two.
 * @param count How many there are.
 * @throws {Error} If the count is not positive.
 * @throws {RangeError} If it is not whole.
 * @example
 * ```ts
 * import { linearBuckets } from "@edgeprom/edgeprom/prom-client";
 *
 * linearBuckets(0, 10, 3); // 0, 10 and 20
 * ```
 * @category Metrics
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  if (count < 1) throw new Error("Linear buckets needs a positive count");
  return Array.from(new Array(count), (_, index) => start + index * width);
}

/**
 * Bounds of buckets of which each is a multiple of the one before, for a histogram.
 *
 * @param start The first bound.
 * @param factor What each is multiplied by.
 * @param count How many there are.
 * @throws {Error} If start or count are not positive, or the factor is not above 1.
 * @throws {RangeError} If the count is not whole.
 * @example
 * ```ts
 * import { exponentialBuckets } from "@edgeprom/edgeprom/prom-client";
 *
 * exponentialBuckets(1, 2, 4); // 1, 2, 4 and 8
 * ```
 * @category Metrics
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  if (start <= 0) throw new Error("Exponential buckets needs a positive start");
  if (count < 1) throw new Error("Exponential buckets needs a positive count");
  if (factor <= 1) throw new Error("Exponential buckets needs a factor greater than 1");
  let next = start;
  return Array.from(new Array(count), () => {
    const bound = next;
    // Not `start * factor ** index`, which is rounded differently: the bound is a label.
    next *= factor;
    return bound;
  });
}
