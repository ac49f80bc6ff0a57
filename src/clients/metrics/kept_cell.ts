import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "./cell.ts";
import type { LabelledCells } from "./labelled_cells.ts";

/**
 * The series that a child records to. It is looked up once, and again only when it was removed: the
 * next recording then makes it anew.
 */
export class KeptCell<Series extends Cell> {
  /** The labels of the series, as the child was given them. */
  readonly labels: LabelSet;
  readonly #cells: LabelledCells<Series>;
  #cell: Series | undefined;

  /** @param labels Labels that nobody changes. */
  constructor(cells: LabelledCells<Series>, labels: LabelSet, cell: Series | undefined) {
    this.labels = labels;
    this.#cells = cells;
    this.#cell = cell;
  }

  /** The series, if it is known to be there. Its numbers take 3 ns to change. */
  get present(): Series | undefined {
    const cell = this.#cell;
    return cell !== undefined && !cell.isRemoved ? cell : undefined;
  }

  /** The series, made if there is none. The labels must be those of the metric. */
  open(): Series {
    const { labels } = this;
    return this.#cell = this.present ?? this.#cells.recall(labels) ?? this.#cells.open(labels);
  }
}
