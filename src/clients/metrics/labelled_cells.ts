import { unixSeconds } from "../../model/platform/clock.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import type { FamilySeries } from "../../model/family/series_table.ts";
import type { Cell } from "./cell.ts";
import { type CellMaker, CellTable } from "./cell_table.ts";
import { isEmpty, labelText, noLabels } from "./label_set.ts";

/**
 * The cells of a metric by their label sets, in the order in which they were made. Any label may be
 * left out, which is the same as `""`.
 *
 * A metric without labels has one cell and no table: it costs what its numbers cost.
 */
export class LabelledCells<Series extends Cell> {
  /** The metric. */
  declare readonly maker: CellMaker<Series>;
  readonly #names: readonly string[];
  #table: CellTable<Series> | undefined;
  /** The cell without labels, of a metric without labels. */
  #only: Series | undefined;
  #created = 0;
  /** Whether the cell without labels was listed since the clock was read for it. */
  #isListed = true;

  /** No cells yet. */
  constructor(names: readonly string[], maker: CellMaker<Series>) {
    this.#names = names;
    // Not enumerable, so that whoever writes a metric as JSON goes in no circle.
    Object.defineProperty(this, "maker", { value: maker });
  }

  /**
   * The cell of a label set; `undefined` if there is none, or if only {@linkcode open} finds it: a value
   * is no string, number or boolean, or the cell is new.
   */
  find(set: LabelSet): Series | undefined {
    return this.#table === undefined ? this.#onlyOf(set) : this.#table.find(set);
  }

  /**
   * The cell of a metric without labels, for a recording that gives none: so little code that it is
   * always compiled into the recording, which then takes 3 ns instead of 10 (Node 24).
   */
  only(set: LabelSet): Series | undefined {
    return set === noLabels ? this.#only : undefined;
  }

  /**
   * The cell of a label set for a recording that nothing is wrong with: found, brought back after
   * {@linkcode clear}, or made. `undefined` if only {@linkcode open} can do that, or the labels are not
   * those of the metric.
   */
  recall(set: LabelSet): Series | undefined {
    return this.#table === undefined ? this.#onlyOf(set) : this.#table.recall(set);
  }

  /** The cell of label values in the order of the names, as {@linkcode find}. */
  findValues(values: readonly unknown[]): Series | undefined {
    if (this.#table === undefined) return values.length === 0 ? this.#only : undefined;
    return this.#table.findValues(values.map(labelText));
  }

  /** The cell of a label set, which has known names only. It is made if there is none. */
  open(set: LabelSet): Series {
    if (this.#names.length === 0) return this.#only ??= this.#newOnly();
    return (this.#table ??= new CellTable(this.#names, this.maker)).open(set);
  }

  /** Removes the cell of a label set, if there is one. */
  remove(set: LabelSet): void {
    if (this.#table !== undefined) this.#table.remove(set);
    else if (this.#onlyOf(set) !== undefined) this.clear();
  }

  /** Removes all cells. */
  clear(): void {
    this.#table?.clear();
    if (this.#only !== undefined) this.#only.isRemoved = true;
    this.#only = undefined;
  }

  /** All cells. The same array, with more at its end, as long as none was removed. */
  all(): readonly Series[] {
    if (this.#table !== undefined) return this.#table.all();
    this.#isListed = true;
    return this.#only === undefined ? [] : [this.#only];
  }

  /** All cells, with their label values and the times when they were made. */
  series(): FamilySeries<Series> {
    if (this.#table !== undefined) return this.#table.series();
    const children = this.all();
    const labels = { names: [], values: [], rows: children.length };
    return { labels, children, created: [this.#created] };
  }

  /** All cells begin now: their counts have fallen. */
  restart(): void {
    if (this.#table !== undefined) this.#table.restart();
    else this.#created = unixSeconds();
  }

  /** The cell of a label set begins now. There must be one. */
  restartOne(set: LabelSet): void {
    if (this.#table !== undefined) this.#table.restart(set);
    else this.#created = unixSeconds();
  }

  #newOnly(): Series {
    if (this.#isListed) this.#created = unixSeconds();
    this.#isListed = false;
    return this.maker.createCell(noLabels);
  }

  #onlyOf(set: LabelSet): Series | undefined {
    return set === noLabels || isEmpty(set) ? this.#only : undefined;
  }
}
