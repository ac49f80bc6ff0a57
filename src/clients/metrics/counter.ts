import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "./cell.ts";
import { CounterChild } from "./counter_child.ts";
import { exemplarOf } from "./exemplars.ts";
import { format } from "./inspect.ts";
import { givenLabels, isLabelSet } from "./label_set.ts";
import { ClientMetric } from "./metric.ts";
import type {
  ClientExemplar,
  MetricConfiguration,
  MetricObjectWithValues,
  MetricValue,
} from "./metric_types.ts";
import type { SampleShape } from "./sample_shape.ts";

/**
 * A counter with an exemplar, as a program gives it.
 *
 * @category Metrics
 */
export interface IncreaseDataWithExemplar<Labels extends string> {
  /** The labels of the series. */
  labels?: Partial<Record<Labels, string | number>>;
  /** The increment; 1 by default. */
  value?: number;
  /** The labels of the exemplar. */
  exemplarLabels?: LabelSet;
}

/** A series of a counter. */
export interface CounterCell extends Cell {
  /** The total. */
  value: number;
  /** The latest exemplar. */
  exemplar: ClientExemplar | undefined;
}

const shapes: readonly SampleShape[] = [{ suffix: "", addedFirst: false }];

/** A counter as the clients have it. */
export abstract class ClientCounter<Labels extends string = string>
  extends ClientMetric<Labels, CounterCell> {
  readonly type = "counter";

  /** A counter, in the registries of its configuration. Throws as {@linkcode ClientMetric}. */
  constructor(config: MetricConfiguration<Labels>) {
    super(config);
    this.reset();
    this.enter();
  }

  /**
   * Adds to a series; 1 by default. With exemplars the argument is an object with both.
   *
   * @throws {TypeError} If the value is not a finite number.
   * @throws {Error} If the value is negative, or a label is unknown.
   */
  inc(labels?: LabelSet | number | null, value?: number): void {
    if (this.enableExemplars) {
      return this.#incWithExemplar(labels as IncreaseDataWithExemplar<Labels>);
    }
    const by = isLabelSet(labels) ? value : labels;
    const cell = isLabelSet(labels) ? this.cells.find(labels) : this.cells.find(none);
    if (cell !== undefined && by === undefined) cell.value++;
    else if (cell !== undefined && typeof by === "number" && by >= 0 && by < Infinity) {
      cell.value += by;
    } else this.#incSlowly(isLabelSet(labels) ? labels : none, by);
  }

  /** The counter of one series, which has the labels, or their values by position. */
  labels(...given: readonly unknown[]): CounterChild {
    const present = typeof given[0] === "object"
      ? given[0] === null ? undefined : this.cells.find(given[0] as LabelSet)
      : given.length === this.labelNames.length
      ? this.cells.findValues(given)
      : undefined;
    if (present !== undefined) {
      return (present.child ??= this.#childOf(present.labels)) as CounterChild;
    }
    return this.#childOf(givenLabels(this.labelNames, given) ?? none);
  }

  override reset(): void {
    this.cells.clear();
    if (this.labelNames.length === 0) this.cells.open(none);
  }

  override async get(): Promise<MetricObjectWithValues<MetricValue<Labels>>> {
    await this.collected();
    const { help, name, type, aggregator } = this;
    return { help, name, type, values: this.values(), aggregator } as MetricObjectWithValues<
      MetricValue<Labels>
    >;
  }

  override values(): readonly MetricValue<Labels>[] {
    return this.cells.all().map(({ value, labels, exemplar }) =>
      (exemplar === undefined ? { value, labels } : { value, labels, exemplar }) as MetricValue<
        Labels
      >
    );
  }

  override shapes(): readonly SampleShape[] {
    return shapes;
  }

  override readNumbers(cell: CounterCell, numbers: number[]): void {
    numbers[0] = cell.value;
  }

  override exemplarsOf(cell: CounterCell): readonly (ClientExemplar | undefined)[] {
    return [cell.exemplar];
  }

  protected override createCell(labels: LabelSet): CounterCell {
    return { value: 0, labels, exemplar: undefined, isRemoved: false, child: undefined };
  }

  /** Checks what the short way of `inc()` did not take, and makes the series if it is new. */
  #incSlowly(labels: LabelSet, value: unknown): void {
    if (this.profile.checksLabelsFirst) this.checkLabels(labels);
    const by = incrementOf(value);
    this.checkLabels(labels);
    this.cells.open(labels).value += by;
  }

  #incWithExemplar(
    { labels = none as never, value = 1, exemplarLabels }: IncreaseDataWithExemplar<Labels> = {},
  ): void {
    const set = isLabelSet(labels) ? labels : none;
    this.#incSlowly(set, isLabelSet(labels) ? value : labels);
    if (exemplarLabels === undefined) return;
    const cell = this.cells.open(set);
    const shown = this.profile.showsTotalInExemplars ? cell.value : value;
    cell.exemplar = exemplarOf(exemplarLabels, shown || 1);
  }

  #childOf(labels: LabelSet): CounterChild {
    return new CounterChild(labels, {
      find: () => this.cells.find(labels),
      inc: (value) => this.inc(labels, value),
    });
  }
}

const none: LabelSet = Object.freeze({});

/** The number that an increment adds. NaN adds nothing, where the clients' totals become `Nan`. */
function incrementOf(value: unknown): number {
  if (value === undefined || value === null) return 1;
  if (value && !Number.isFinite(value)) {
    throw new TypeError(`Value is not a valid number: ${format(value)}`);
  }
  if (value as number < 0) throw new Error("It is not possible to decrease a counter");
  return Number(value) || 0;
}
