import type { Exemplar } from "../core/exemplar.ts";
import type { MetricFamily } from "../core/snapshot.ts";

/** An exemplar and where it belongs. */
export interface PostedExemplar {
  /** The key of the family. */
  readonly family: string;
  /** The label values of the series. */
  readonly values: readonly string[];
  /** The bucket; 0 for a counter. */
  readonly bucket: number;
  /** The exemplar. */
  readonly exemplar: Exemplar;
}

/** Series of a family that are remembered; where labels come and go for ever, the latest ones. */
const mostSeries = 10_000;

type Series = Map<string, (Exemplar | undefined)[]>;

/**
 * The newest exemplars of all threads. They are texts and rare, and no part of the sums: so they
 * travel by message and not by shared memory.
 */
export class ExemplarBoard {
  readonly #families = new Map<string, Series>();
  #news = new Map<string, PostedExemplar>();

  /** Notes an exemplar of this thread. Returns whether it is the first since the last were taken. */
  post(posted: PostedExemplar): boolean {
    this.put(posted);
    const { family, values, bucket } = posted;
    this.#news.set(JSON.stringify([family, bucket, ...values]), posted);
    return this.#news.size === 1;
  }

  /** Notes an exemplar of any thread. */
  put({ family, values, bucket, exemplar }: PostedExemplar): void {
    const series = this.#families.get(family) ?? new Map();
    this.#families.set(family, series);
    const key = JSON.stringify(values);
    const buckets = series.get(key) ?? [];
    series.delete(key);
    series.set(key, buckets);
    if (series.size > mostSeries) series.delete(series.keys().next().value!);
    const present = buckets[bucket];
    if (present === undefined || present.timestamp <= exemplar.timestamp) {
      buckets[bucket] = exemplar;
    }
  }

  /** What this thread has noted since the last call, the latest of each place. */
  takeNews(): readonly PostedExemplar[] {
    const news = [...this.#news.values()];
    this.#news = new Map();
    return news;
  }

  /** The family with its exemplars. Those of series that are no more are forgotten. */
  attach(key: string, family: MetricFamily): MetricFamily {
    const present = this.#families.get(key);
    if (present === undefined || (family.type !== "counter" && family.type !== "histogram")) {
      return family;
    }
    const { names, values, rows } = family.labels;
    const size = family.type === "counter" ? 1 : family.bounds.length + 1;
    const exemplars = new Array<Exemplar | undefined>(rows * size).fill(undefined);
    const kept: Series = new Map();
    for (let row = 0; row < rows; row++) {
      const series = JSON.stringify(values.slice(row * names.length, (row + 1) * names.length));
      const buckets = present.get(series);
      if (buckets === undefined) continue;
      kept.set(series, buckets);
      buckets.forEach((exemplar, bucket) => exemplars[row * size + bucket] = exemplar);
    }
    this.#families.set(key, kept);
    return { ...family, exemplars };
  }
}
