import type { LabelSet } from "../../model/family/labels.ts";
import { type Bounds, boundsOf, defaultUpperBounds } from "./bounds.ts";
import { exemplarOf } from "./exemplars.ts";
import { HistogramCell, type HistogramEntry } from "./histogram_cell.ts";
import { samplesOf } from "./histogram_samples.ts";
import { format } from "./inspect.ts";
import type { KeptCell } from "./kept_cell.ts";
import { isEmpty, isLabelSet, noLabels, presentLabels } from "./label_set.ts";
import { ClientMetric } from "./metric.ts";
import type {
  ClientExemplar,
  MetricConfiguration,
  MetricObjectWithValues,
  MetricValue,
} from "./metric_types.ts";
import type { SampleShape } from "./sample_shape.ts";
import { startClock } from "./timer.ts";

/** What a histogram is configured with. */
export interface HistogramConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** The upper bounds of its buckets, without `+Inf`; those for durations by default. */
  buckets?: number[];
}

/** An observation with an exemplar, as a program gives it. */
export interface ObserveDataWithExemplar<Labels extends string> {
  /** The labels of the series. */
  labels?: Partial<Record<Labels, string | number>>;
  /** The value. */
  value: number;
  /** The labels of the exemplar. */
  exemplarLabels?: LabelSet;
}

/** The histogram of one series. Its methods may be taken off the object. */
export interface HistogramChild {
  /** Counts a value. Throws as the histogram does. */
  observe(value: number): void;
  /** Starts a timer; the end may add labels. */
  startTimer(): (labels?: LabelSet) => number;
}

/** A histogram as the clients have it. */
export abstract class ClientHistogram<Labels extends string = string>
  extends ClientMetric<Labels, HistogramCell> {
  readonly type = "histogram";
  /** The bounds of the buckets, frozen. */
  declare buckets: readonly number[];
  /** The bounds of the buckets, frozen. */
  upperBounds!: readonly number[];
  #bounds!: Bounds;

  /**
   * A histogram, in the registries of its configuration. Throws as {@linkcode ClientMetric}, and if
   * a label is called `le`.
   */
  constructor(config: HistogramConfiguration<Labels>) {
    super(config, { buckets: defaultUpperBounds });
    this.reset();
    this.enter("le" as Labels, () => {
      this.#bounds = boundsOf(this.buckets);
      this.buckets = this.upperBounds = this.#bounds.upper;
    });
    if (this.labelNames.length === 0) this.cells.open(noLabels);
  }

  /**
   * Counts a value. With exemplars the argument is an object with labels and value.
   *
   * @throws {TypeError} If the value is not a finite number.
   * @throws {Error} If a label is unknown.
   */
  observe(
    labels: LabelSet | ObserveDataWithExemplar<Labels> | number | null | undefined,
    value?: number,
  ): void {
    if (this.enableExemplars) {
      return this.itself.#observeWithExemplar(labels as never);
    }
    this.itself.#observe(labels, value);
  }

  /** Sets a series to zero, with these labels; it is made if there is none. */
  zero(labels: LabelSet): void {
    this.checkLabels(labels);
    this.cells.open(labels).zero(presentLabels(labels));
    this.cells.restartOne(labels);
  }

  /**
   * Starts a timer. Its end counts the seconds since then, and returns them; it may add labels, and
   * may come several times.
   */
  startTimer(
    labels?: LabelSet,
    exemplarLabels?: LabelSet,
  ): (labels?: LabelSet, exemplarLabels?: LabelSet) => number {
    const seconds = startClock();
    return (endLabels, endExemplarLabels) => {
      const value = seconds();
      const set = { ...labels, ...endLabels };
      if (!this.enableExemplars) this.observe(set, value);
      else {
        this.observe({
          labels: set,
          value,
          exemplarLabels: { ...exemplarLabels, ...endExemplarLabels },
        });
      }
      return value;
    };
  }

  /**
   * The histogram of one series, which has the labels, or their values by position.
   *
   * @throws {Error} If a label is unknown.
   */
  labels(...given: readonly unknown[]): HistogramChild {
    const { itself } = this;
    if (given[0] === null) {
      // `null` is no label set here, and so is the value.
      return { observe: () => itself.#observe(null, null), startTimer: () => itself.startTimer() };
    }
    const kept = this.keep(given, true);
    return {
      observe: (value) => itself.#observeKept(kept, value),
      startTimer: () => itself.startTimer(kept.labels),
    };
  }

  override reset(): void {
    this.cells.clear();
  }

  /** As `get()`, with the labels of the series beside those of each sample. */
  async getForPromString(): Promise<MetricObjectWithValues<object>> {
    await this.collected();
    const samples = samplesOf(
      this,
      this.itself.#bounds,
      this.cells.all(),
      (sample, le, labels) => ({
        labels: le === undefined ? {} : { le },
        sharedLabels: { ...labels },
        ...sample,
      }),
    );
    return this.withValues(samples);
  }

  override values(): MetricValue<Labels>[] {
    return samplesOf(
      this,
      this.itself.#bounds,
      this.cells.all(),
      ({ value, metricName, exemplar }, le, labels) => ({
        value,
        metricName,
        exemplar,
        labels: (le === undefined ? { ...labels } : { le, ...labels }) as MetricValue<
          Labels
        >["labels"],
      }),
    );
  }

  override shapes(): readonly SampleShape[] {
    return this.itself.#bounds.shapes;
  }

  override readNumbers(cell: HistogramCell, numbers: number[]): void {
    cell.read(numbers);
  }

  override exemplarAt(cell: HistogramCell, sample: number): ClientExemplar | undefined {
    return cell.exemplars?.[sample];
  }

  /** For programs that look into the client: the buckets of a series without observations. */
  get bucketValues(): Readonly<Record<string, number>> {
    return Object.freeze(Object.fromEntries(this.upperBounds.map((bound) => [bound, 0])));
  }

  override createCell(labels: LabelSet): HistogramCell {
    return new HistogramCell(labels, this.#bounds);
  }

  override renewCell(cell: HistogramCell): void {
    cell.zero(cell.labels);
  }

  protected override entryOf(cell: HistogramCell): object {
    return cell.entry(this.#bounds, this.enableExemplars);
  }

  protected override restore(cell: HistogramCell, entry: HistogramEntry): void {
    cell.restore(entry, this.#bounds);
  }

  /** Of arguments that are falsy only 0 is a value: with others the second one is. */
  #observe(given: unknown, second: unknown): HistogramCell {
    const set = isLabelSet(given) ? given : noLabels;
    const value = isLabelSet(given) || !given && given !== 0 ? second : given;
    const present = Number.isFinite(value)
      ? this.cells.only(set) ?? this.cells.recall(set)
      : undefined;
    const cell = present ?? this.#opened(set, value);
    cell.record(value as number, this.#bounds);
    return cell;
  }

  #observeKept(kept: KeptCell<HistogramCell>, value: unknown): void {
    if (!Number.isFinite(value)) throw notFinite(value);
    kept.open().record(value as number, this.#bounds);
  }

  /** The series of a label set, made if there is none, after both were checked. */
  #opened(labels: LabelSet, value: unknown): HistogramCell {
    const { checksLabelsFirst } = this.profile;
    if (checksLabelsFirst) this.checkLabels(labels);
    if (!Number.isFinite(value)) throw notFinite(value);
    if (!checksLabelsFirst) this.checkLabels(labels);
    return this.cells.open(labels);
  }

  #observeWithExemplar(
    { labels = noLabels as never, value, exemplarLabels = noLabels }: ObserveDataWithExemplar<
      Labels
    > = {} as never,
  ): void {
    const cell = this.#observe(labels, value);
    if (isEmpty(exemplarLabels)) return;
    const observed = isLabelSet(labels) ? value : labels as number;
    const exemplar = exemplarOf(exemplarLabels, observed);
    cell.exemplars ??= new Array(this.upperBounds.length + 1).fill(undefined);
    cell.exemplars[this.#bounds.bucketOf(observed)] = exemplar;
  }
}

function notFinite(value: unknown): TypeError {
  return new TypeError(`Value is not a valid number: ${format(value)}`);
}
