import type { Exemplar, RecordOptions } from "../model/exemplar.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { HistogramSnapshot } from "../model/snapshot.ts";
import { refuseObservation } from "./base_observer.ts";
import { BucketRows } from "./bucket_rows.ts";
import { LocalHistogram } from "./local_histogram.ts";
import { defaultBuckets, readBuckets } from "./buckets.ts";
import { FamilyExemplars } from "./family_exemplars.ts";
import type { Histogram, HistogramShape } from "./histogram.ts";
import { NativeCounts } from "./native/native_counts.ts";
import { type NativeHistogramOptions, readNativeOptions } from "./native/native_options.ts";
import { checkCall } from "./calls/measure_call.ts";
import { readSampleEvery, SampledHistogram } from "./sampled_histogram.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/**
 * A family of histograms: one name, and a histogram for each label set.
 *
 * @example
 * ```ts
 * import { type HistogramFamily, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const seconds: HistogramFamily<{ queue: string }> = registry.histogram({
 *   name: "job_duration_seconds",
 *   help: "Time of a job, by queue.",
 *   labels: ["queue"],
 * });
 * seconds.observe({ queue: "mail" }, 0.2);
 * assertEquals(seconds.labels({ queue: "mail" }).get().count, 1);
 * ```
 *
 * @category Instruments
 */
export class HistogramFamily<Labels> extends Family<Labels, Histogram> {
  /** The upper bounds of the classic buckets, without `+Inf`. */
  readonly bounds: readonly number[];
  readonly #boundsArray: Float64Array;
  readonly #native: NativeHistogramOptions | undefined;
  readonly #sampleEvery: number;
  readonly #exemplars: FamilyExemplars<Histogram>;
  #rows: BucketRows;
  /** Histograms to be moved into these rows, while there are any; the first ones have been. */
  #toMove: readonly LocalHistogram[] = [];
  #moved = 0;

  /** A family that is not registered yet. */
  constructor(definition: FamilyDefinition & HistogramShape) {
    super("histogram", definition, "le");
    const { name, native = false, buckets, sampleEvery = 1 } = definition;
    this.#sampleEvery = sampleEvery === 1 ? 1 : readSampleEvery(name, sampleEvery);
    this.#native = native === false ? undefined : readNativeOptions(name, native);
    const nativeOnly = this.#native !== undefined && buckets === undefined;
    this.bounds = nativeOnly ? [] : readBuckets(name, buckets ?? defaultBuckets);
    this.#boundsArray = new Float64Array(this.bounds);
    this.#exemplars = new FamilyExemplars(this.refusals, definition);
    this.#rows = new BucketRows(this.bounds.length + 1);
  }

  /** Records a value in one series. */
  observe(set: Labels, value: number, options?: RecordOptions): void {
    if (typeof value !== "number") {
      return this.accepts(set) ? refuseObservation(this.refusals, value) : undefined;
    }
    if (options !== undefined && this.#exemplars.refuses(options)) return;
    this.labels(set).observe(value, options);
  }

  /** Starts a timer of one series; each call of the result observes the seconds since then. */
  startTimer(set: Labels): EndTimer;
  /**
   * Starts a timer whose labels are known only at its end, such as the outcome of a call.
   *
   * @returns A function that observes the seconds since the start in the series with the given
   * labels, and returns them.
   */
  startTimer(): (set: Labels) => number;
  startTimer(set?: Labels): EndTimer | ((set: Labels) => number) {
    if (set !== undefined) return this.labels(set).startTimer();
    return startTimer((seconds, ending: Labels) => this.observe(ending, seconds));
  }

  /** Calls a function and observes the seconds of it in one series, as {@linkcode Histogram.time} does. */
  time<Result>(set: Labels, call: () => Result): Result {
    checkCall(this.header.name, call);
    return this.labels(set).time(call);
  }

  /** @internal A snapshot of all histograms. */
  protected override snapshot(
    { labels, children, created }: FamilySeries<Histogram>,
  ): HistogramSnapshot {
    const series = children as readonly LocalHistogram[];
    const { header, bounds } = this;
    this.#moveTogether(series);
    const size = bounds.length + 1;
    const buckets = new Float64Array(series.length * size);
    const sums = new Float64Array(series.length);
    const isPlain = this.#isPlain(series.length);
    if (isPlain) this.#rows.read(sums, buckets);
    else series.forEach((child, row) => void (sums[row] = child.read(buckets, row * size)));
    return {
      type: "histogram",
      ...header,
      labels,
      created: isPlain ? created : withRestarts(created, series),
      bounds,
      buckets,
      sums,
      exemplars: isPlain ? undefined : exemplarsOf(series, size),
      native: this.#native && series.map((child) => child.readNative()),
    };
  }

  /** Whether nothing was observed. Native buckets and exemplars are made anew each time. */
  protected override isUnchanged(
    { buckets, sums }: HistogramSnapshot,
    children: readonly Histogram[],
  ): boolean {
    if (this.#native !== undefined) return false;
    const size = this.bounds.length + 1;
    for (let row = 0; row < children.length; row++) {
      if (!(children[row] as LocalHistogram).has(buckets, row * size, sums[row])) return false;
    }
    return true;
  }

  /** The number of observations, which each one changes. */
  protected override activityOf(child: Histogram): number {
    return (child as LocalHistogram).count;
  }

  /** Back to no observations, at the first resolution. */
  protected override resetChild(child: Histogram): void {
    (child as LocalHistogram).reset();
  }

  /** Whether the rows of all histograms are all that there is to them, in their order. */
  #isPlain(series: number): boolean {
    return this.#native === undefined && this.#sampleEvery === 1 && !this.#exemplars.areInBuckets &&
      this.#rows.areOf(series);
  }

  /** A removed histogram leaves a gap among the rows. */
  protected override discardChild(): void {
    this.#rows.leave();
  }

  /**
   * Leaves the rows of removed series behind, which are gone with the histograms that have them. Moves
   * some with each page, which waits for it: 80,000 at once took 11 ms on Node 24, and 160 on Bun.
   */
  #moveTogether(series: readonly LocalHistogram[]): void {
    if (this.#toMove.length === 0) {
      if (this.#rows.rows <= mostRows(series.length)) return;
      this.#rows = new BucketRows(this.bounds.length + 1);
      this.#toMove = series.slice();
      this.#moved = 0;
    }
    const end = Math.min(this.#moved + mostMoved, this.#toMove.length);
    while (this.#moved < end) this.#toMove[this.#moved++].move(this.#rows);
    if (end === this.#toMove.length) this.#toMove = [];
  }

  /** It is no series, so it has a row elsewhere: rows and series may be counted to see that they agree. */
  protected override createNowhereChild(): Histogram {
    return this.#make(new BucketRows(this.bounds.length + 1));
  }

  /** Makes the histogram of a new series. */
  protected override createChild(): Histogram {
    // Its row comes before those of histograms that were there earlier.
    if (this.#toMove.length > 0) this.#rows.leave();
    return this.#make(this.#rows);
  }

  #make(rows: BucketRows): Histogram {
    const native = this.#native && new NativeCounts(this.#native);
    return this.#sampleEvery === 1
      ? new LocalHistogram(this.#boundsArray, rows, this.#exemplars, native)
      : new SampledHistogram(
        this.#boundsArray,
        rows,
        this.#exemplars,
        native,
        this.#sampleEvery,
      );
  }
}

/** The most histograms that are moved for a page. */
const mostMoved = 4096;

/** Rows of removed series are given back once there are more than this. */
function mostRows(series: number): number {
  return 2 * series + 64;
}

/** The times of creation; for a native histogram that was reset, the time of the reset. */
function withRestarts(
  created: readonly number[],
  series: readonly LocalHistogram[],
): readonly number[] {
  return series.some(({ restarted }) => restarted !== undefined)
    ? series.map(({ restarted }, row) => restarted ?? created[row])
    : created;
}

/** The exemplars of all buckets; `undefined` if there never was one. */
function exemplarsOf(
  series: readonly LocalHistogram[],
  size: number,
): (Exemplar | undefined)[] | undefined {
  if (series.every(({ exemplars }) => exemplars === undefined)) return undefined;
  const none = new Array<undefined>(size).fill(undefined);
  return series.flatMap(({ exemplars }) => exemplars ?? none);
}
