import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "./cell.ts";
import { format } from "./inspect.ts";
import type { KeptCell } from "./kept_cell.ts";
import { isLabelSet, noLabels } from "./label_set.ts";
import { ClientMetric } from "./metric.ts";
import type { MetricConfiguration, MetricValue } from "./metric_types.ts";
import type { SampleShape } from "./sample_shape.ts";
import { numberIn } from "./series_view.ts";
import { TimeWindow } from "./time_window.ts";
import { startClock } from "./timer.ts";

/** What a summary is configured with. */
export interface SummaryConfiguration<Labels extends string> extends MetricConfiguration<Labels> {
  /** The quantiles, from 0 to 1. */
  percentiles?: number[];
  /** The age in seconds at which values no longer count for quantiles; no limit by default. */
  maxAgeSeconds?: number;
  /** In how many steps old values are forgotten; needed for `maxAgeSeconds`. */
  ageBuckets?: number;
  /** Whether a series is removed once all its values are forgotten. */
  pruneAgedBuckets?: boolean;
  /** Has no effect, since the memory of quantiles is always compressed. */
  compressCount?: number;
}

/** The summary of one series. Its methods may be taken off the object. */
export interface SummaryChild {
  /** Records a value. Throws as the summary does. */
  observe(value: number): void;
  /** Starts a timer; the function that is returned records the seconds since then. */
  startTimer(): (labels?: LabelSet) => number;
}

/** A series of a summary. */
export interface SummaryCell extends Cell {
  /** The number of values. */
  count: number;
  /** Their sum. */
  sum: number;
  /** The values that count for quantiles. */
  readonly window: TimeWindow;
}

const defaults = { percentiles: [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999], compressCount: 1000 };

/** A summary as the clients have it. */
export abstract class ClientSummary<Labels extends string = string>
  extends ClientMetric<Labels, SummaryCell> {
  readonly type = "summary";
  declare percentiles: readonly number[];
  declare maxAgeSeconds: number | undefined;
  declare ageBuckets: number | undefined;
  declare pruneAgedBuckets: boolean | undefined;
  declare compressCount: number;
  #shapes: { readonly percentiles: readonly number[]; readonly list: readonly SampleShape[] } = {
    percentiles: [],
    list: shapesOf([]),
  };

  /**
   * A summary, in the registries of its configuration. Throws as {@linkcode ClientMetric}, and if a
   * label has the name `quantile`.
   */
  constructor(config: SummaryConfiguration<Labels>) {
    super(config, defaults);
    if (this.labelNames.length === 0) this.cells.open(noLabels);
    this.enter("quantile" as Labels);
  }

  /**
   * Records a value.
   *
   * @throws {TypeError} If it is not a finite number.
   * @throws {Error} If a label is unknown.
   */
  observe(labels?: LabelSet | number | null, value?: number): void {
    const observed = value === undefined ? labels : value;
    const isPlain = typeof labels !== "string" && Number.isFinite(observed);
    const set = isLabelSet(labels) ? labels : noLabels;
    const cell = isPlain ? this.cells.only(set) ?? this.cells.recall(set) : undefined;
    if (cell !== undefined) record(cell, observed as number);
    else this.itself.#observeSlowly(labels === 0 ? 0 : labels || noLabels, value);
  }

  /**
   * The summary of one series, which has the labels, or their values by position.
   *
   * @throws {Error} If a label is unknown.
   */
  labels(...given: readonly unknown[]): SummaryChild {
    const kept = this.keep(given, true);
    return {
      observe: (value) => {
        const cell = kept.present;
        if (cell !== undefined && Number.isFinite(value)) record(cell, value);
        else this.itself.#observeKept(kept, value);
      },
      startTimer: () => this.startTimer(kept.labels),
    };
  }

  /**
   * Starts a timer. The function that is returned records the seconds since then and gives them; its
   * labels win over those given here.
   */
  startTimer(labels?: LabelSet): (labels?: LabelSet) => number {
    const seconds = startClock();
    return (endLabels) => {
      const value = seconds();
      this.observe({ ...labels, ...endLabels }, value);
      return value;
    };
  }

  override reset(): void {
    for (const cell of this.cells.all()) this.renewCell(cell);
    this.cells.restart();
  }

  override values(): MetricValue<Labels>[] {
    const values: unknown[] = [];
    for (const { labels, count, sum, window } of this.allCells()) {
      for (const quantile of this.percentiles) {
        values.push({ labels: { quantile, ...labels }, value: window.quantile(quantile) || 0 });
      }
      values.push({ metricName: `${this.name}_sum`, labels: { ...labels }, value: sum });
      values.push({ metricName: `${this.name}_count`, labels: { ...labels }, value: count });
    }
    return values as MetricValue<Labels>[];
  }

  override shapes(): readonly SampleShape[] {
    // Programs may change their list.
    const { itself } = this;
    const [known, now] = [itself.#shapes.percentiles, this.percentiles];
    if (known.length !== now.length || known.some((quantile, at) => quantile !== now[at])) {
      itself.#shapes = { percentiles: [...now], list: shapesOf(now) };
    }
    return itself.#shapes.list;
  }

  override readNumbers({ window, sum, count }: SummaryCell, numbers: number[]): void {
    const quantiles = this.percentiles;
    for (let at = 0; at < quantiles.length; at++) {
      numbers[at] = window.quantile(quantiles[at]!) || 0;
    }
    numbers[quantiles.length] = sum;
    numbers[quantiles.length + 1] = count;
  }

  /** @internal All series; those whose values are all forgotten are removed before, if asked for. */
  override allCells(): readonly SummaryCell[] {
    if (this.pruneAgedBuckets) {
      const aged = this.cells.all().filter(({ window }) => window.isEmpty);
      for (const { labels } of aged) this.cells.remove(labels);
    }
    return super.allCells();
  }

  override exemplarAt(): undefined {}

  protected override entryOf({ labels, count, sum }: SummaryCell): object {
    return { labels: { ...labels }, count, sum };
  }

  protected override restore(
    cell: SummaryCell,
    { count, sum }: { readonly count?: unknown; readonly sum?: unknown },
  ): void {
    cell.count = numberIn(count);
    cell.sum = numberIn(sum);
  }

  override createCell(labels: LabelSet): SummaryCell {
    return { count: 0, sum: 0, window: new TimeWindow(this), labels, isRemoved: false };
  }

  override renewCell(cell: SummaryCell): void {
    cell.window.reset();
    cell.count = 0;
    cell.sum = 0;
  }

  /** Checks what the short way of `observe()` did not take, and makes the series if it is new. */
  #observeSlowly(labels: unknown, value: unknown): void {
    this.checkLabels(labels as LabelSet);
    const observed = value === undefined ? labels : value;
    if (!Number.isFinite(observed)) {
      throw new TypeError(`Value is not a valid number: ${format(observed)}`);
    }
    const isSet = value !== undefined && isLabelSet(labels);
    record(this.cells.open(isSet ? labels : noLabels), observed as number);
  }

  #observeKept(kept: KeptCell<SummaryCell>, value: unknown): void {
    const observed = value === undefined ? kept.labels : value;
    if (!Number.isFinite(observed)) {
      throw new TypeError(`Value is not a valid number: ${format(observed)}`);
    }
    record(kept.open(), observed as number);
  }
}

function record(cell: SummaryCell, value: number): void {
  cell.window.push(value);
  cell.count++;
  cell.sum += value;
}

function shapesOf(quantiles: readonly number[]): readonly SampleShape[] {
  const own = quantiles.map((value) => ({ suffix: "", own: { name: "quantile", value } }));
  return [...own, { suffix: "_sum" }, { suffix: "_count" }]
    .map((shape) => ({ ...shape, addedFirst: false }));
}
