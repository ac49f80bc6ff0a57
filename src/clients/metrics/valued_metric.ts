import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "./cell.ts";
import { copyOf } from "./exemplars.ts";
import { noLabels } from "./label_set.ts";
import { ClientMetric } from "./metric.ts";
import type { ClientExemplar, MetricConfiguration, MetricValue } from "./metric_types.ts";
import type { SampleShape } from "./sample_shape.ts";
import { numberIn } from "./series_view.ts";

/** A series with one number. */
export interface ValueCell extends Cell {
  /** The number. */
  value: number;
  /** The latest exemplar. It is no property before there is one, which saves 8 bytes a series. */
  exemplar?: ClientExemplar;
}

const shapes: readonly SampleShape[] = [{ suffix: "", addedFirst: false }];

/** What counters and gauges have in common: series of one number, 0 if there are no labels. */
export abstract class ValuedMetric<Labels extends string> extends ClientMetric<Labels, ValueCell> {
  /** As {@linkcode ClientMetric}. */
  protected constructor(config: MetricConfiguration<Labels>) {
    super(config);
    this.reset();
  }

  override reset(): void {
    this.cells.clear();
    if (this.labelNames.length === 0) this.cells.open(noLabels);
  }

  override values(): MetricValue<Labels>[] {
    return this.cells.all().map((cell) => this.entryOf(cell));
  }

  override shapes(): readonly SampleShape[] {
    return shapes;
  }

  override readNumbers(cell: ValueCell, numbers: number[]): void {
    numbers[0] = cell.value;
  }

  override exemplarAt(cell: ValueCell): ClientExemplar | undefined {
    return cell.exemplar;
  }

  override createCell(labels: LabelSet): ValueCell {
    return { value: 0, labels, isRemoved: false };
  }

  override renewCell(cell: ValueCell): void {
    cell.value = 0;
    if (cell.exemplar !== undefined) cell.exemplar = undefined;
  }

  protected override entryOf({ value, labels, exemplar }: ValueCell): MetricValue<Labels> {
    const copy = { ...labels } as MetricValue<Labels>["labels"];
    if (exemplar === undefined) return { value, labels: copy };
    return { value, labels: copy, exemplar: copyOf(exemplar) };
  }

  protected override restore(cell: ValueCell, { value }: { readonly value?: unknown }): void {
    cell.value = numberIn(value);
  }
}
