import type { SampleShape } from "./sample_shape.ts";

/** The bounds of a histogram's buckets. */
export class Bounds {
  /** Finite, ascending, each once, and frozen. */
  readonly upper: readonly number[];
  /** The same as doubles in an array: in a frozen list each is an object, which costs 3 ns. */
  readonly #doubles: Float64Array;
  readonly #zeros: readonly number[];
  #shapes: readonly SampleShape[] | undefined;

  /**
   * @param given Bounds in any order. What is no finite number is left out: the clients would count
   * it twice, or write `+Inf` twice.
   */
  constructor(given: readonly unknown[]) {
    const finite = given.map(Number).filter(Number.isFinite);
    this.upper = Object.freeze([...new Set(finite)].sort((a, b) => a - b));
    this.#doubles = Float64Array.from(this.upper);
    this.#zeros = doubleZeros(this.upper.length + 2);
  }

  /** The first bucket with a bound of at least this; the number of bounds for `+Inf`. */
  bucketOf(value: number): number {
    const doubles = this.#doubles;
    let bucket = 0;
    // Up to some 30 bounds a scan beats a binary search.
    while (bucket < doubles.length && value > doubles[bucket]) bucket++;
    return bucket;
  }

  /** Numbers of a new series: observations in each bucket and above, then the sum. */
  newNumbers(): number[] {
    return this.#zeros.slice();
  }

  /** The samples of a series on a page. */
  get shapes(): readonly SampleShape[] {
    const bucket = (value: number | string) => {
      return { suffix: "_bucket", own: { name: "le", value }, addedFirst: true };
    };
    return this.#shapes ??= [
      ...this.upper.map(bucket),
      bucket("+Inf"),
      { suffix: "_sum", addedFirst: true },
      { suffix: "_count", addedFirst: true },
    ];
  }
}

/** Zeros that V8 keeps as doubles, in 8 bytes each; as integers they would move with the first sum. */
function doubleZeros(length: number): readonly number[] {
  const zeros = Array.from({ length }, () => 0.5);
  return zeros.fill(0);
}

const defaultBounds = /* @__PURE__ */ new Bounds(
  [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
);

/** The bounds that the clients have by default. */
export const defaultUpperBounds: readonly number[] = defaultBounds.upper;

/** Bounds of buckets; the default ones are shared. */
export function boundsOf(buckets: readonly unknown[]): Bounds {
  return buckets === defaultUpperBounds ? defaultBounds : new Bounds(buckets);
}
