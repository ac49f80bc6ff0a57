import type { LabelSet } from "../../model/family/labels.ts";
import type { Bounds } from "./bounds.ts";
import type { Cell } from "./cell.ts";
import { copyOf } from "./exemplars.ts";
import type { ClientExemplar } from "./metric_types.ts";
import { numberIn } from "./series_view.ts";

/** The numbers of a series as prom-client 15 keeps them, when a program has made them. */
export interface HistogramEntry {
  /** Observations by the bound of their bucket, not cumulated. */
  readonly bucketValues?: unknown;
  /** The sum of all observations. */
  readonly sum?: unknown;
  /** The number of all, also of those above all bounds. */
  readonly count?: unknown;
}

/** A series of a histogram. */
export class HistogramCell implements Cell {
  labels: LabelSet;
  isRemoved = false;
  /** The latest exemplar of each bucket, also of that of `+Inf`. */
  exemplars: (ClientExemplar | undefined)[] | undefined = undefined;
  /** Observations in each bucket, not cumulated, and above all; then the sum. */
  #numbers: number[];

  /** A series without observations. */
  constructor(labels: LabelSet, bounds: Bounds) {
    this.labels = labels;
    this.#numbers = bounds.newNumbers();
  }

  /** Counts a finite value. */
  record(value: number, bounds: Bounds): void {
    const numbers = this.#numbers;
    numbers[bounds.bucketOf(value)]++;
    numbers[numbers.length - 1] += value;
  }

  /** Sets everything back, with other labels. */
  zero(labels: LabelSet): void {
    this.labels = labels;
    this.exemplars = undefined;
    this.#numbers.fill(0);
  }

  /** Takes numbers that a program has made. */
  restore({ bucketValues, sum, count }: HistogramEntry, { upper }: Bounds): void {
    const given = Object(bucketValues) as Record<string, unknown>;
    let beyond = numberIn(count);
    upper.forEach((bound, bucket) => beyond -= this.#numbers[bucket] = numberIn(given[bound]));
    this.#numbers[upper.length] = beyond;
    this.#numbers[upper.length + 1] = numberIn(sum);
  }

  /** Writes what a page has: cumulated buckets, the sum, the count. */
  read(numbers: number[]): void {
    const own = this.#numbers;
    const last = own.length - 1;
    let count = 0;
    for (let bucket = 0; bucket < last; bucket++) numbers[bucket] = count += own[bucket];
    numbers[last] = own[last];
    numbers[last + 1] = count;
  }

  /** A copy as prom-client 15 keeps a series. */
  entry(bounds: Bounds, hasExemplars: boolean): object {
    const bucketValues: Record<string, number> = {};
    const bucketExemplars: Record<string, ClientExemplar | null> = {};
    let count = this.#numbers[bounds.upper.length];
    bounds.upper.forEach((bound, bucket) => {
      count += bucketValues[bound] = this.#numbers[bucket];
      const exemplar = this.exemplars?.[bucket];
      bucketExemplars[bound] = exemplar === undefined ? null : copyOf(exemplar);
    });
    const beyond = this.exemplars?.[bounds.upper.length];
    if (beyond !== undefined) bucketExemplars[-1] = copyOf(beyond);
    const sum = this.#numbers[this.#numbers.length - 1];
    const entry = { labels: { ...this.labels }, bucketValues, sum, count };
    return hasExemplars ? { ...entry, bucketExemplars } : entry;
  }
}
