import { display, RegistrationError } from "../../model/errors.ts";

/** How finely the buckets of a native histogram divide its values, and how many there may be. */
export interface NativeBucketOptions {
  /**
   * How much larger the upper bound of a bucket may be than its lower bound; 1.1 by default, which
   * gives 8 buckets for a power of two. It is the largest of 65536, 256, 16, 4, 2, 1.414, 1.189,
   * 1.091, 1.044, 1.022, 1.011, 1.0054 and 1.0027 that is not above the factor, or the last.
   */
  readonly factor: number;
  /**
   * How many buckets one series may have, without the zero bucket; 160 by default, 0 for no limit.
   *
   * With one bucket too many, the first of these that can help: a reset, if
   * {@linkcode NativeBucketOptions.minResetSeconds} allows it; a wider zero bucket, within
   * {@linkcode NativeBucketOptions.maxZeroThreshold}; half the resolution, where two buckets become
   * one. At the lowest resolution, 16 powers of two a bucket, there may be more.
   */
  readonly maxBuckets: number;
  /**
   * Values up to this distance from zero count as zero; 2^-128 = 2.938735877055719e-39 by default.
   * With 0 only zero does.
   */
  readonly zeroThreshold: number;
  /** How far the zero bucket may widen to save other buckets; 0 by default, for not at all. */
  readonly maxZeroThreshold: number;
  /**
   * After how many seconds the histogram may start again from nothing, rather than lose resolution;
   * 0 by default, for never. Where it lost some before, it does so as soon as the time is over.
   */
  readonly minResetSeconds: number;
}

/** How a native histogram is kept. */
export interface NativeHistogramOptions extends NativeBucketOptions {
  /** How many exemplars one series keeps; 10 by default, 0 for none. */
  readonly exemplars: number;
  /**
   * After how many seconds the oldest exemplar makes room for a new one, however well its value
   * stands apart from the others; 300 by default.
   */
  readonly exemplarTtlSeconds: number;
}

/**
 * Checks the options of a native histogram and fills in what is not given; `true` is all defaults.
 *
 * @throws {RegistrationError} Naming the family, the option that is wrong, and what it takes.
 */
export function readNativeOptions(
  family: string,
  native: true | Partial<NativeHistogramOptions>,
): NativeHistogramOptions {
  if (native === true) return defaults;
  if (typeof native !== "object" || native === null) {
    throw new RegistrationError(
      `${family}: native ${display(native)} must be true or an object with ${names()}`,
    );
  }
  const given = Object.entries(native).filter(([, value]) => value !== undefined);
  for (const [name, value] of given) {
    if (!Object.hasOwn(rules, name)) {
      throw new RegistrationError(
        `${family}: ${display(name)} is not an option of native; those are ${names()}`,
      );
    }
    const rule = rules[name as keyof NativeHistogramOptions];
    if (typeof value !== "number" || !rule.accepts(value)) {
      throw new RegistrationError(
        `${family}: native.${name} ${display(value)} must be ${rule.expected}`,
      );
    }
  }
  return Object.freeze({ ...defaults, ...Object.fromEntries(given) });
}

/** What an option takes. */
interface Rule {
  readonly accepts: (value: number) => boolean;
  readonly expected: string;
}

const defaults: NativeHistogramOptions = Object.freeze({
  factor: 1.1,
  maxBuckets: 160,
  zeroThreshold: 2.938735877055719e-39,
  maxZeroThreshold: 0,
  minResetSeconds: 0,
  exemplars: 10,
  exemplarTtlSeconds: 300,
});

const isCount = (value: number): boolean => Number.isInteger(value) && value >= 0;
const isFinitePositiveOrZero = (value: number): boolean => value >= 0 && value < Infinity;

const rules: Readonly<Record<keyof NativeHistogramOptions, Rule>> = {
  factor: {
    accepts: (value) => value > 1 && value < Infinity,
    expected: "a finite number above 1, such as 1.1",
  },
  maxBuckets: { accepts: isCount, expected: "an integer, at least 0, which is for no limit" },
  zeroThreshold: {
    accepts: isFinitePositiveOrZero,
    expected: "a finite number, at least 0, with which only zero counts as zero",
  },
  maxZeroThreshold: {
    accepts: isFinitePositiveOrZero,
    expected: "a finite number, at least 0, which is for never",
  },
  minResetSeconds: {
    accepts: isFinitePositiveOrZero,
    expected: "a finite number of seconds, at least 0, which is for never",
  },
  exemplars: { accepts: isCount, expected: "an integer, at least 0, which is for none" },
  exemplarTtlSeconds: { accepts: (value) => value > 0, expected: "a number of seconds above 0" },
};

function names(): string {
  return Object.keys(rules).join(", ");
}
