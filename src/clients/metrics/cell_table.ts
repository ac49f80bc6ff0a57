import { unixSeconds } from "../../model/platform/clock.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import { SeriesIndex } from "../../model/family/series_index.ts";
import { type FamilySeries, SeriesTable } from "../../model/family/series_table.ts";
import type { Cell } from "./cell.ts";
import { hasExactly, presentLabels } from "./label_set.ts";
import { appendValues, valuesOf } from "./label_values.ts";

/** A metric, as its cells see it. */
export interface CellMaker<Series extends Cell> {
  /** Makes the cell of a new series, with labels that are its own. */
  createCell(labels: LabelSet): Series;
  /** Sets the numbers of a cell back to those of a new one. */
  renewCell(cell: Series): void;
}

/**
 * The cells of a metric with labels, a row each, and what finds them by their labels.
 *
 * A new series takes 0.1 µs, as in the fastest client (Node 24). What few pages need is done for them:
 * the label values of new rows are written once they are needed, and the clock is read once between two
 * pages.
 */
export class CellTable<Series extends Cell> {
  readonly #names: readonly string[];
  readonly #maker: CellMaker<Series>;
  readonly #table: SeriesTable<Series>;
  readonly #index: SeriesIndex;
  /** Whether the last rows have no values in the table yet, since nobody needed them. */
  #lacksValues = false;
  /**
   * The cells that {@linkcode clear} has removed, by their rows. One whose labels come again takes its
   * row again if it is the next one, as in a `collect` that sets all series anew: then nothing is made.
   */
  #vacated: readonly (Series | undefined)[] | undefined;
  /** When the first series after the last page was made. */
  #now: number | undefined;
  /** Whether somebody may still read the times that were given last. */
  #areTimesShown = false;

  /** No cells yet. */
  constructor(names: readonly string[], maker: CellMaker<Series>) {
    this.#names = names;
    this.#maker = maker;
    this.#table = new SeriesTable(names, []);
    const openness = names.map(() => "optional" as const);
    this.#index = new SeriesIndex(names, this.#table.values, names.length, openness);
  }

  /** As that of all cells. One that is new may be found only by the others. */
  find(set: LabelSet): Series | undefined {
    const row = this.#index.find(set);
    return row < 0 ? undefined : this.#table.children[row];
  }

  /** As that of all cells. */
  recall(set: LabelSet): Series | undefined {
    const row = this.#index.find(set);
    if (row < 0) return this.#openNew(set);
    const { children } = this.#table;
    return (row < children.length ? children[row] : undefined) ?? this.#comeBack(set, row);
  }

  /** The cell of label values in the order of the names, as {@linkcode find}. */
  findValues(values: readonly string[]): Series | undefined {
    const row = this.#index.findValues(values);
    return row < 0 ? undefined : this.#table.children[row];
  }

  /** As that of all cells. */
  open(set: LabelSet): Series {
    const table = this.#table;
    if (this.#vacated !== undefined) {
      const back = this.recall(set);
      if (back !== undefined) return back;
      this.#giveUp();
    }
    if (this.#isSparse) this.#compact();
    const labels = presentLabels(set);
    const cell = this.#maker.createCell(labels);
    const present = this.#addValues(labels, table.children.length);
    if (present !== undefined) return present;
    table.occupy(cell, this.#time());
    return cell;
  }

  /** Removes the cell of a label set, if there is one. */
  remove(set: LabelSet): void {
    const row = this.#rowOf(set);
    const cell = row < 0 ? undefined : this.#table.children[row];
    if (cell === undefined) return;
    this.#writeValues();
    cell.isRemoved = true;
    this.#table.remove(row);
  }

  /** Removes all cells. */
  clear(): void {
    this.#writeValues();
    this.#settle();
    const cells = this.#vacated = this.#table.vacate();
    for (let row = 0; row < cells.length; row++) cells[row].isRemoved = true;
    this.#areTimesShown = false;
  }

  /** All cells. The same array, with more at its end, as long as none was removed. */
  all(): readonly Series[] {
    this.#now = undefined;
    this.#settle();
    return this.#table.children as Series[];
  }

  /** All cells, with their label values and the times when they were made. */
  series(): FamilySeries<Series> {
    this.all();
    this.#writeValues();
    this.#areTimesShown = true;
    return this.#table.series();
  }

  /** All cells begin now, or that of a label set. */
  restart(set?: LabelSet): void {
    if (this.#areTimesShown) this.#compact();
    this.#table.restart(unixSeconds(), set === undefined ? undefined : this.#rowOf(set));
  }

  /** Makes the cell of a label set that was not found, if no other work is due. */
  #openNew(set: LabelSet): Series | undefined {
    const table = this.#table;
    const index = this.#index;
    if (this.#vacated !== undefined || table.isSparse || !index.takesNew) return undefined;
    const cell = this.#maker.createCell({ ...set });
    if (index.addNew(cell.labels, set, table.children.length)) {
      this.#lacksValues = true;
      table.occupy(cell, this.#time());
      return cell;
    }
    return this.#lacksValues ? this.#findAgain(set) : undefined;
  }

  /** The cell of a label set that may not have been found because a row has no values yet. */
  #findAgain(set: LabelSet): Series | undefined {
    this.#writeValues();
    const row = this.#index.find(set);
    return row < 0 ? undefined : this.#table.children[row];
  }

  /**
   * The cell of a label set whose row has none: the one that had it before {@linkcode clear}, or a new
   * one. `undefined` if there are too many rows without cells.
   */
  #comeBack(set: LabelSet, row: number): Series | undefined {
    const table = this.#table;
    const vacated = this.#vacated;
    const known = vacated?.[row];
    if (row === table.children.length) {
      const cell = this.#renewed(known!, set, row);
      table.occupy(cell, this.#time());
      if (row + 1 === vacated!.length) this.#vacated = undefined;
      return cell;
    }
    if (this.#isSparse) return undefined;
    this.#giveUp();
    this.#writeValues();
    const cell = known?.isRemoved
      ? this.#renewed(known, set, row)
      : this.#maker.createCell(this.#labelsOf(set, row));
    table.repeat(row, cell, this.#time());
    this.#index.add(table.children.length - 1);
    return cell;
  }

  /** A removed cell as if it was new. */
  #renewed(cell: Series, set: LabelSet, row: number): Series {
    if (!hasExactly(set, cell.labels, this.#names)) cell.labels = this.#labelsOf(set, row);
    cell.isRemoved = false;
    this.#maker.renewCell(cell);
    return cell;
  }

  /** The labels of a set that has the values of a row, with the row's own strings if all are texts. */
  #labelsOf(set: LabelSet, row: number): LabelSet {
    const names = this.#names;
    const labels: Record<string, unknown> = { ...set };
    for (let column = 0; column < names.length; column++) {
      const value = this.#table.values[row * names.length + column];
      if (value === "" || labels[names[column]] !== value) return presentLabels(set);
      labels[names[column]] = value;
    }
    return labels;
  }

  /**
   * When a series that is made now was made, at the earliest: the clock, which takes as long as all
   * else, is read once between two pages. The last page has not shown the series.
   */
  #time(): number {
    return this.#now ??= unixSeconds();
  }

  /** The row of a label set with any values, or -1. */
  #rowOf(set: LabelSet): number {
    const row = this.#index.find(set);
    if (row >= 0) return row;
    this.#writeValues();
    return this.#index.findValues(valuesOf(this.#names, presentLabels(set)));
  }

  /** Adds the values of the next row. If a cell has them already, it is given, and nothing is added. */
  #addValues(labels: Record<string, unknown>, row: number): Series | undefined {
    this.#writeValues();
    const { values, children } = this.#table;
    const start = values.length;
    appendValues(this.#names, labels, this.#table);
    const found = this.#index.findOrAdd(row);
    if (found === row) return undefined;
    const present = children[found];
    if (present === undefined) this.#index.add(row);
    else values.length = start;
    return present;
  }

  /** Writes the values of the rows that have none yet. */
  #writeValues(): void {
    if (!this.#lacksValues) return;
    this.#lacksValues = false;
    const { values, children } = this.#table;
    for (let row = values.length / this.#names.length; row < children.length; row++) {
      appendValues(this.#names, children[row]!.labels as Record<string, unknown>, this.#table);
    }
  }

  /** Whether there are too many rows without cells, apart from those to which cells may come back. */
  get #isSparse(): boolean {
    const { isSparse, removed } = this.#table;
    return isSparse && removed > 2 * (this.#vacated?.length ?? 0);
  }

  /** Leaves no row without a cell. */
  #settle(): void {
    this.#giveUp();
    this.#vacated = undefined;
    if (this.#table.removed > 0) this.#compact();
  }

  /** Gives up the rows to which no cell has come back. */
  #giveUp(): void {
    if (this.#vacated !== undefined) this.#table.giveUp(this.#vacated.length);
  }

  #compact(): void {
    this.#writeValues();
    this.#giveUp();
    this.#vacated = undefined;
    const moved = this.#table.compact();
    this.#areTimesShown = false;
    this.#index.renumber(this.#table.values, moved);
  }
}
