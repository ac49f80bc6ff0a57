import { display, RegistrationError } from "../model/errors.ts";

/**
 * The default bounds of all Prometheus client libraries, in seconds: for the duration of a network
 * request.
 *
 * @example
 * ```ts
 * import { defaultBuckets, MetricsRegistry } from "@edgeprom/edgeprom/core";
 *
 * // The default bounds, and one more for long imports.
 * const buckets = [...defaultBuckets, 60];
 * new MetricsRegistry().histogram({ name: "import_seconds", help: "Time of an import.", buckets });
 * ```
 *
 * @category Instruments
 */
export const defaultBuckets: readonly number[] = /* @__PURE__ */ Object.freeze([
  0.005,
  0.01,
  0.025,
  0.05,
  0.1,
  0.25,
  0.5,
  1,
  2.5,
  5,
  10,
]);

/**
 * Bounds at equal distances: `start`, `start + width`, and so on. `+Inf` is not among the `count`.
 * Bounds are rounded to 15 digits: the third of 0.1 is 0.3, not 0.30000000000000004.
 *
 * @throws {RegistrationError} If the width is not positive, or the count not a positive integer.
 *
 * @example
 * ```ts
 * import { linearBuckets } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(linearBuckets(10, 5, 3), [10, 15, 20]);
 * ```
 *
 * @category Instruments
 */
export function linearBuckets(start: number, width: number, count: number): number[] {
  checkCount("linearBuckets", count);
  if (!Number.isFinite(start) || !(Number.isFinite(width) && width > 0)) {
    throw new RegistrationError(
      `linearBuckets: start ${display(start)} and width ${
        display(width)
      } must be finite numbers, ` +
        `the width above 0`,
    );
  }
  return bounds(count, (step) => start + step * width);
}

/**
 * Bounds that grow by a factor: `start`, `start * factor`, and so on. `+Inf` is not among the
 * `count`. Bounds are rounded to 15 digits, as those of {@linkcode linearBuckets}.
 *
 * @throws {RegistrationError} If start is not positive, the factor not above 1, or the count not
 * a positive integer.
 *
 * @example
 * ```ts
 * import { exponentialBuckets } from "@edgeprom/edgeprom";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(exponentialBuckets(1, 2, 4), [1, 2, 4, 8]);
 * ```
 *
 * @category Instruments
 */
export function exponentialBuckets(start: number, factor: number, count: number): number[] {
  checkCount("exponentialBuckets", count);
  if (![start, factor].every(Number.isFinite) || start <= 0 || factor <= 1) {
    throw new RegistrationError(
      `exponentialBuckets: start ${display(start)} must be a finite number above 0, and factor ` +
        `${display(factor)} one above 1`,
    );
  }
  return bounds(count, (step) => start * factor ** step);
}

/**
 * Checks bucket bounds and returns a frozen copy.
 *
 * @throws {RegistrationError} If there are none, or they are not finite and ascending.
 */
export function readBuckets(family: string, bounds: readonly number[]): readonly number[] {
  if (!Array.isArray(bounds) || bounds.length === 0) {
    throw new RegistrationError(
      `${family}: buckets ${display(bounds)} must be a list of at least one bound`,
    );
  }
  // The copy comes first: it cannot change after the check, and a hole becomes `undefined`.
  const copy: readonly number[] = [...bounds];
  for (let at = 0; at < copy.length; at++) {
    if (!Number.isFinite(copy[at]) || copy[at] <= copy[at - 1]) refuseBound(family, copy, at);
  }
  return Object.freeze(copy);
}

function refuseBound(family: string, bounds: readonly unknown[], at: number): never {
  const bound = bounds[at];
  throw new RegistrationError(
    Number.isFinite(bound)
      ? `${family}: bucket bound ${bound} comes after ${bounds[at - 1]}; ` +
        `give each bound once, in ascending order`
      : `${family}: bucket bound ${display(bound)} is not a finite number; ` +
        `leave +Inf out, it is always there`,
  );
}

/** Bounds without the noise of binary fractions, unless they differ in nothing else. */
function bounds(count: number, at: (step: number) => number): number[] {
  const exact = Array.from({ length: count }, (_, step) => at(step));
  const rounded = exact.map((bound) => Number(bound.toPrecision(15)));
  const isDistinct = rounded.every((bound, step) => bound < (rounded[step + 1] ?? Infinity));
  return isDistinct ? rounded : exact;
}

function checkCount(name: string, count: number): void {
  if (!Number.isInteger(count) || count < 1) {
    throw new RegistrationError(`${name}: count ${display(count)} must be an integer above 0`);
  }
}
