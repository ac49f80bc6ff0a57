import { InvalidValueError } from "../core/errors.ts";
import { Family, type FamilyDefinition } from "../core/family.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import { defaultBuckets, readBuckets } from "./buckets.ts";
import { whenEnded } from "./ended.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** How a histogram is defined. */
export interface HistogramDefinition extends FamilyDefinition {
  /**
   * The inclusive upper bounds of the buckets, ascending and finite; `+Inf` is always there.
   * {@linkcode defaultBuckets} by default.
   */
  readonly buckets?: readonly number[];
}

/** What a histogram holds, for tests and debugging. */
export interface HistogramValue {
  /** How many values were observed. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
  /** Observations up to each bound, cumulated as on the page; the last bound is `Infinity`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/**
 * A histogram: observations such as durations or sizes, counted in buckets, with their sum.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#histogram
 */
export interface Histogram {
  /**
   * Records a value, in the unit that the name ends in: seconds, bytes.
   *
   * `NaN` counts as an observation above all bounds and makes the sum `NaN`, as in client_golang.
   *
   * @throws {InvalidValueError} Where it is not a number.
   */
  observe(value: number): void;
  /** What was observed so far. */
  get(): HistogramValue;
  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer;
  /** Calls a function and observes the seconds until it or its promise ended, well or not. */
  time<Result>(call: () => Result): Result;
}

/** Histograms of one name, by labels. */
export class HistogramFamily<Labels> extends Family<Labels, Histogram> {
  /** The upper bounds of the buckets, without `+Inf`. */
  readonly bounds: readonly number[];

  /** A family that is not registered yet. */
  constructor(definition: HistogramDefinition) {
    super("histogram", definition, "le");
    this.bounds = readBuckets(definition.name, definition.buckets ?? defaultBuckets);
  }

  /** Records a value in one series. */
  observe(set: Labels, value: number): void {
    this.labels(set).observe(value);
  }

  /**
   * Starts a timer whose labels are known only at its end, such as how a call went.
   *
   * @returns Observes the seconds since the start in the series with these labels, and gives them.
   */
  startTimer(): (set: Labels) => number {
    let ending: Labels;
    const end = startTimer((seconds) => this.observe(ending, seconds));
    return (set) => {
      ending = set;
      return end();
    };
  }

  /** The observations of all series now. */
  override collect(): readonly MetricFamily[] {
    const { labels, children } = this.series();
    const size = this.bounds.length + 1;
    const buckets = new Float64Array(children.length * size);
    const sums = new Float64Array(children.length);
    children.forEach((child, row) => {
      sums[row] = (child as ArrayHistogram).read(buckets, row * size);
    });
    return [{ type: "histogram", ...this.header, labels, bounds: this.bounds, buckets, sums }];
  }

  /** Makes the histogram of a new series. */
  protected override createChild(): Histogram {
    return new ArrayHistogram(this.header.name, this.bounds);
  }
}

/** A histogram with one array for its buckets, each observation counted once, and its sum. */
class ArrayHistogram implements Histogram {
  readonly #family: string;
  readonly #bounds: readonly number[];
  readonly #buckets: Float64Array;
  #sum = 0;

  constructor(family: string, bounds: readonly number[]) {
    this.#family = family;
    this.#bounds = bounds;
    this.#buckets = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    if (typeof value !== "number") {
      throw new InvalidValueError(this.#family, value, "a number to observe");
    }
    const bounds = this.#bounds;
    let bucket = 0;
    // A scan beats a binary search up to some 30 bounds; NaN, which is under no bound, ends at +Inf.
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    this.#buckets[bucket]++;
    this.#sum += value;
  }

  get(): HistogramValue {
    let count = 0;
    const buckets = Array.from(this.#buckets, (observed, bucket) => {
      count += observed;
      return { le: this.#bounds[bucket] ?? Infinity, count };
    });
    return { count, sum: this.#sum, buckets };
  }

  startTimer(): EndTimer {
    return startTimer((seconds) => this.observe(seconds));
  }

  time<Result>(call: () => Result): Result {
    return whenEnded(call, this.startTimer());
  }

  /** Copies the buckets to their place in a snapshot and gives the sum. */
  read(target: Float64Array, offset: number): number {
    target.set(this.#buckets, offset);
    return this.#sum;
  }
}
