import { unixSeconds } from "../../model/platform/clock.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import { labelKey } from "../../model/label_key.ts";
import { type AnyFamily, entriesEach, metricTypes, withParts } from "../../model/metric_types.ts";
import type { MetricFamily, NativeBuckets } from "../../model/snapshot.ts";
import { NativeExemplars } from "../../metrics/native/native_exemplars.ts";
import type { NativeHistogramOptions } from "../../metrics/native/native_options.ts";

/** How many exemplars a native histogram retains, and for how long. */
export type NativeExemplarOptions = Pick<
  NativeHistogramOptions,
  "exemplars" | "exemplarTtlSeconds"
>;

/** An exemplar with the series that it belongs to. */
export interface PublishedExemplar {
  /** The key of the family. */
  readonly family: string;
  /** The label values of the series. */
  readonly values: readonly string[];
  /** The bucket whose latest exemplar it is; 0 for a counter. */
  readonly bucket?: number;
  /** For a native histogram, which has several exemplars: its options. */
  readonly native?: NativeExemplarOptions;
  /** The exemplar. */
  readonly exemplar: Exemplar;
}

/** Maximum number of series of a family with exemplars: those with the latest ones. */
const maxSeries = 10_000;

/** The exemplars of one series. */
interface SeriesExemplars {
  readonly buckets: (Exemplar | undefined)[];
  native?: NativeExemplars;
}

type Series = Map<string, SeriesExemplars>;

/** Exemplars of one native histogram that were not sent to other threads yet. */
interface UnpublishedNative {
  readonly series: Omit<PublishedExemplar, "exemplar">;
  readonly exemplars: NativeExemplars;
}

/**
 * The latest exemplars of all threads. Exemplars are strings, rare, and not summed, so they are
 * broadcast instead of being kept in shared memory.
 */
export class LatestExemplars {
  readonly #families = new Map<string, Series>();
  #unpublished = new Map<string, PublishedExemplar>();
  #unpublishedNative = new Map<string, UnpublishedNative>();

  /** Stores an exemplar of this thread. Returns whether it is the first since the last `drain()`. */
  publish(published: PublishedExemplar): boolean {
    this.set(published);
    const { family, values, bucket, native, exemplar } = published;
    const isFirst = this.#unpublished.size === 0 && this.#unpublishedNative.size === 0;
    const key = labelKey([family, String(bucket), ...values]);
    this.#unpublished.set(key, { family, values, bucket, exemplar });
    if (native !== undefined) {
      const seriesKey = labelKey([family, ...values]);
      const unpublished = this.#unpublishedNative.get(seriesKey) ??
        { series: { family, values, native }, exemplars: newExemplars(native) };
      this.#unpublishedNative.set(seriesKey, unpublished);
      unpublished.exemplars.add(exemplar);
    }
    return isFirst;
  }

  /** Stores an exemplar of any thread. */
  set({ family, values, bucket, native, exemplar }: PublishedExemplar): void {
    const series = this.#families.get(family) ?? new Map();
    this.#families.set(family, series);
    const key = labelKey(values);
    const exemplars: SeriesExemplars = series.get(key) ?? { buckets: [] };
    series.delete(key);
    series.set(key, exemplars);
    if (series.size > maxSeries) series.delete(series.keys().next().value!);
    if (bucket !== undefined) {
      const present = exemplars.buckets[bucket];
      if (present === undefined || isOlder(present, exemplar)) exemplars.buckets[bucket] = exemplar;
    }
    if (native === undefined) return;
    exemplars.native ??= newExemplars(native);
    exemplars.native.add(exemplar);
  }

  /** This thread's exemplars since the last call: the latest of each bucket, and native ones. */
  drain(): readonly PublishedExemplar[] {
    const native = [...this.#unpublishedNative.values()].flatMap(({ series, exemplars }) =>
      exemplars.snapshot().map((exemplar) => ({ ...series, exemplar }))
    );
    const unpublished = [...this.#unpublished.values(), ...native];
    this.#unpublished = new Map();
    this.#unpublishedNative = new Map();
    return unpublished;
  }

  /** The family with its exemplars. Exemplars of series that it does not have are discarded. */
  attach(key: string, family: MetricFamily): MetricFamily {
    const present = this.#families.get(key);
    const { exemplars: column } = metricTypes[family.type].parts;
    if (present === undefined || column?.kind !== "exemplars") return family;
    const { names, values, rows } = family.labels;
    const size = entriesEach(family, column);
    const exemplars = new Array<Exemplar | undefined>(rows * size).fill(undefined);
    const native = (family as AnyFamily).native?.slice();
    const remaining: Series = new Map();
    for (let row = 0; row < rows; row++) {
      const series = labelKey(values.slice(row * names.length, (row + 1) * names.length));
      const found = present.get(series);
      if (found === undefined) continue;
      remaining.set(series, found);
      found.buckets.forEach((exemplar, bucket) => exemplars[row * size + bucket] = exemplar);
      if (native !== undefined) native[row] = withExemplars(native[row], found.native);
    }
    this.#families.set(key, remaining);
    return withParts(family, native === undefined ? { exemplars } : { exemplars, native });
  }
}

/** Whether an exemplar may be replaced. One from the future is of before the clock was set back. */
function isOlder(present: Exemplar, { timestamp }: Exemplar): boolean {
  return present.timestamp <= timestamp || present.timestamp > unixSeconds();
}

function newExemplars({ exemplars, exemplarTtlSeconds }: NativeExemplarOptions): NativeExemplars {
  return new NativeExemplars(exemplars, exemplarTtlSeconds);
}

function withExemplars(
  buckets: NativeBuckets,
  exemplars: NativeExemplars | undefined,
): NativeBuckets {
  return exemplars === undefined ? buckets : { ...buckets, exemplars: exemplars.snapshot() };
}
