import { display, RegistrationError } from "../../model/errors.ts";
import { anObject, aPositiveNumber, checkOptions, type OptionRules } from "../../model/options.ts";

/**
 * The resolution of native buckets, and the limit on their number.
 *
 * @category Instruments
 */
export interface NativeBucketOptions {
  /**
   * The largest allowed ratio of a bucket's upper bound to its lower bound; 1.1 by default, which
   * gives 8 buckets for a power of two. The ratio is the largest of 65536, 256, 16, 4, 2, 1.414,
   * 1.189, 1.091, 1.044, 1.022, 1.011, 1.0054 and 1.0027 up to the factor, or the last of them.
   */
  readonly factor: number;
  /**
   * Maximum number of buckets of one series, without the zero bucket; 160 by default, 0 for none.
   *
   * If there is one bucket too many, the first possible of these is done: a reset, if
   * {@linkcode NativeBucketOptions.minResetSeconds} allows it; a wider zero bucket, within
   * {@linkcode NativeBucketOptions.maxZeroThreshold}; half the resolution, which makes two buckets
   * one. At the lowest resolution, 16 powers of two a bucket, there may be more.
   */
  readonly maxBuckets: number;
  /**
   * Values up to this distance from zero are counted in the zero bucket;
   * 2^-128 = 2.938735877055719e-39 by default, 0 for zero alone.
   */
  readonly zeroThreshold: number;
  /** The largest threshold to which the zero bucket may widen; 0 by default, for never. */
  readonly maxZeroThreshold: number;
  /**
   * Seconds after which the histogram may be reset rather than lose resolution; 0 by default, for
   * never. If it has lost some before, it is reset as soon as the time is over.
   */
  readonly minResetSeconds: number;
}

/**
 * The options of a native histogram.
 *
 * @category Instruments
 */
export interface NativeHistogramOptions extends NativeBucketOptions {
  /** Maximum number of exemplars of one series; 10 by default, 0 for none. */
  readonly exemplars: number;
  /**
   * Seconds after which the oldest exemplar makes room for a new one, however far its value is from
   * the others; 300 by default.
   */
  readonly exemplarTtlSeconds: number;
}

/**
 * Checks the options of a native histogram and fills in what is not given; `true` is all defaults.
 *
 * @throws {RegistrationError} If an option is wrong; it names the option and what that takes.
 */
export function readNativeOptions(
  family: string,
  native: true | Partial<NativeHistogramOptions>,
): NativeHistogramOptions {
  if (native === true) return defaults;
  if (!anObject.fits(native)) {
    throw new RegistrationError(`${family}: native ${display(native)} must be true or an object`);
  }
  checkOptions(`${family}: native`, native, rules);
  const given = Object.entries(native).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...defaults, ...Object.fromEntries(given) });
}

const defaults: NativeHistogramOptions = /* @__PURE__ */ Object.freeze({
  factor: 1.1,
  maxBuckets: 160,
  zeroThreshold: 2.938735877055719e-39,
  maxZeroThreshold: 0,
  minResetSeconds: 0,
  exemplars: 10,
  exemplarTtlSeconds: 300,
});

const isNumber = (value: unknown): value is number => typeof value === "number";
const isCount = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 0;
const isFinitePositiveOrZero = (value: unknown): boolean =>
  isNumber(value) && value >= 0 && value < Infinity;

const rules: OptionRules<Partial<NativeHistogramOptions>> = {
  factor: {
    fits: (value) => isNumber(value) && value > 1 && value < Infinity,
    expected: "a finite number above 1, such as 1.1",
  },
  maxBuckets: { fits: isCount, expected: "an integer, at least 0, which is for no limit" },
  zeroThreshold: {
    fits: isFinitePositiveOrZero,
    expected: "a finite number, at least 0, with which only zero counts as zero",
  },
  maxZeroThreshold: {
    fits: isFinitePositiveOrZero,
    expected: "a finite number, at least 0, which is for never",
  },
  minResetSeconds: {
    fits: isFinitePositiveOrZero,
    expected: "a finite number of seconds, at least 0, which is for never",
  },
  exemplars: { fits: isCount, expected: "an integer, at least 0, which is for none" },
  exemplarTtlSeconds: aPositiveNumber,
};
