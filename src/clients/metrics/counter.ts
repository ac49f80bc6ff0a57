import type { LabelSet } from "../../model/family/labels.ts";
import { exemplarOf } from "./exemplars.ts";
import { format } from "./inspect.ts";
import type { KeptCell } from "./kept_cell.ts";
import { isLabelSet, noLabels } from "./label_set.ts";
import type { MetricConfiguration } from "./metric_types.ts";
import { type ValueCell, ValuedMetric } from "./valued_metric.ts";

/** A counter with an exemplar, as a program gives it. */
export interface IncreaseDataWithExemplar<Labels extends string> {
  /** The labels of the series. */
  labels?: Partial<Record<Labels, string | number>>;
  /** The increment; 1 by default. */
  value?: number;
  /** The labels of the exemplar. */
  exemplarLabels?: LabelSet;
}

/** The counter of one series. `inc` may be taken off the object. */
export interface CounterChild {
  /** Adds to the series; 1 by default. Throws as the counter does. */
  inc(value?: number): void;
}

/** A counter as the clients have it. */
export abstract class ClientCounter<Labels extends string = string> extends ValuedMetric<Labels> {
  readonly type = "counter";

  /** A counter, in the registries of its configuration. Throws as {@linkcode ClientMetric}. */
  constructor(config: MetricConfiguration<Labels>) {
    super(config);
    this.enter();
  }

  /**
   * Adds to a series; 1 by default. With exemplars the argument is an object with both.
   *
   * @throws {TypeError} If the value is not a finite number.
   * @throws {Error} If the value is negative, or a label is unknown.
   */
  inc(
    labels?: LabelSet | IncreaseDataWithExemplar<Labels> | number | null,
    value?: number,
  ): void {
    if (this.enableExemplars) {
      return this.itself.#incWithExemplar(labels as IncreaseDataWithExemplar<Labels>);
    }
    const isSet = isLabelSet(labels);
    const set = isSet ? labels : noLabels;
    const by = isSet ? value : labels;
    const delta = by === undefined ? 1 : by;
    // Nearly all calls give such a number. Nothing comes back for one that is refused.
    const isPlain = typeof delta === "number" && delta >= 0 && delta < Infinity;
    const cell = isPlain ? this.cells.only(set) ?? this.cells.recall(set) : undefined;
    if (cell === undefined) this.itself.#incSlowly(set, by);
    else cell.value += delta as number;
  }

  /** The counter of one series, which has the labels, or their values by position. */
  labels(...given: readonly unknown[]): CounterChild {
    const kept = this.keep(given, false);
    // A class that extends this one, or a program, may have put another method in its place.
    if (this.inc !== ClientCounter.prototype.inc) {
      return { inc: (value) => this.inc(kept.labels, value) };
    }
    return {
      inc: (value) => {
        const cell = kept.present;
        if (cell === undefined || !hasAdded(cell, value)) this.itself.#incKept(kept, value);
      },
    };
  }

  /** Checks what the short way of `inc()` did not take, and makes the series if it is new. */
  #incSlowly(labels: LabelSet, value: unknown): ValueCell {
    const by = this.#checked(labels, value);
    const cell = this.cells.open(labels);
    cell.value += by;
    return cell;
  }

  #incKept(kept: KeptCell<ValueCell>, value: unknown): void {
    const by = this.#checked(kept.labels, value);
    kept.open().value += by;
  }

  #checked(labels: LabelSet, value: unknown): number {
    const { checksLabelsFirst } = this.profile;
    if (checksLabelsFirst) this.checkLabels(labels);
    const by = incrementOf(value);
    if (!checksLabelsFirst) this.checkLabels(labels);
    return by;
  }

  #incWithExemplar(
    { labels = noLabels as never, value = 1, exemplarLabels }: IncreaseDataWithExemplar<Labels> =
      {},
  ): void {
    const isSet = isLabelSet(labels);
    const cell = this.#incSlowly(isSet ? labels : noLabels, isSet ? value : labels);
    if (exemplarLabels === undefined) return;
    const shown = this.profile.showsTotalInExemplars ? cell.value : value;
    cell.exemplar = exemplarOf(exemplarLabels, shown || 1);
  }
}

/** Adds what nearly all calls give. Whether it was that. */
function hasAdded(cell: ValueCell, by: unknown): boolean {
  if (by === undefined) cell.value++;
  else if (typeof by === "number" && by >= 0 && by < Infinity) cell.value += by;
  else return false;
  return true;
}

/** The number that an increment adds. NaN adds nothing, where the clients' totals become `Nan`. */
function incrementOf(value: unknown): number {
  if (value === undefined || value === null) return 1;
  if (value && !Number.isFinite(value)) {
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
  if (value as number < 0) throw new Error("It is not possible to decrease a counter");
  return Number(value) || 0;
}
