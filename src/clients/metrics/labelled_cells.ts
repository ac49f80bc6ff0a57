import { unixSeconds } from "../../model/platform/clock.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import { SeriesIndex } from "../../model/family/series_index.ts";
import { type FamilySeries, SeriesTable } from "../../model/family/series_table.ts";
import type { Cell } from "./cell.ts";
import { isEmpty, labelText, noLabels, presentLabels } from "./label_set.ts";

/** A metric, as its cells see it. */
export interface CellMaker<Series extends Cell> {
  /** Makes the cell of a new series, with labels that are its own. */
  createCell(labels: LabelSet): Series;
}

/**
 * The cells of a metric by their label sets, in the order in which they were made. Any label may be
 * left out, which is the same as `""`.
 *
 * A metric without labels has one cell and no table: it costs what its numbers cost.
 */
export class LabelledCells<Series extends Cell> {
  /** The metric. */
  readonly maker: CellMaker<Series>;
  readonly #names: readonly string[];
  #labelled: { readonly table: SeriesTable<Series>; readonly index: SeriesIndex } | undefined;
  /** The cell without labels, of a metric without labels. */
  #only: Series | undefined;
  #created = 0;
  /** Whether somebody may still read the times that were given last. */
  #areTimesShown = false;

  /** No cells yet. */
  constructor(names: readonly string[], maker: CellMaker<Series>) {
    this.#names = names;
    this.maker = maker;
  }

  /**
   * The cell of a label set; `undefined` if there is none, or if a value is no string, number or
   * boolean, so that only {@linkcode open} finds it.
   */
  find(set: LabelSet): Series | undefined {
    if (this.#labelled === undefined) {
      return set === noLabels || isEmpty(set) ? this.#only : undefined;
    }
    const row = this.#labelled.index.find(set);
    return row < 0 ? undefined : this.#labelled.table.children[row];
  }

  /** The cell of label values in the order of the names, as {@linkcode find}. */
  findValues(values: readonly unknown[]): Series | undefined {
    if (this.#labelled === undefined) return values.length === 0 ? this.#only : undefined;
    const row = this.#labelled.index.findValues(values.map(labelText));
    return row < 0 ? undefined : this.#labelled.table.children[row];
  }

  /** The cell of a label set, which has known names only. It is made if there is none. */
  open(set: LabelSet): Series {
    if (this.#names.length === 0) return this.only;
    const { table, index } = this.#labelled ??= this.#newTable();
    const labels = presentLabels(set);
    const values = this.#valuesOf(labels);
    const row = index.findValues(values);
    const present = row < 0 ? undefined : table.children[row];
    if (present !== undefined) return present;
    if (table.isSparse) this.#compact();
    const cell = this.maker.createCell(labels);
    const start = table.values.length;
    table.append(values, cell, unixSeconds());
    index.add(table.children.length - 1);
    // The table has values of which there are few once; so they need not be in memory again.
    const names = this.#names;
    for (let label = 0; label < names.length; label++) {
      const name = names[label];
      if (labels[name] === values[label]) labels[name] = table.values[start + label];
    }
    return cell;
  }

  /** The cell of a metric without labels, made if there is none. */
  get only(): Series {
    if (this.#only !== undefined) return this.#only;
    this.#created = unixSeconds();
    return this.#only = this.maker.createCell(noLabels);
  }

  /** Removes the cell of a label set, if there is one. */
  remove(set: LabelSet): void {
    if (this.#labelled === undefined) {
      if (this.#only !== undefined && isEmpty(set)) this.clear();
      return;
    }
    const { table, index } = this.#labelled;
    const row = index.findValues(this.#valuesOf(presentLabels(set)));
    const cell = row < 0 ? undefined : table.children[row];
    if (cell === undefined) return;
    cell.isRemoved = true;
    table.remove(row);
  }

  /** Removes all cells. */
  clear(): void {
    for (const cell of this.all()) cell.isRemoved = true;
    this.#labelled = undefined;
    this.#only = undefined;
  }

  /** All cells. The same array, with more at its end, as long as none was removed. */
  all(): readonly Series[] {
    return this.series().children;
  }

  /** All cells, with their label values and the times when they were made. */
  series(): FamilySeries<Series> {
    if (this.#labelled === undefined) {
      const children = this.#only === undefined ? [] : [this.#only];
      const labels = { names: [], values: [], rows: children.length };
      return { labels, children, created: [this.#created] };
    }
    if (this.#labelled.table.removed > 0) this.#compact();
    this.#areTimesShown = true;
    return this.#labelled.table.series();
  }

  /** All cells begin now: their counts have fallen. */
  restart(): void {
    const now = unixSeconds();
    this.#created = now;
    if (this.#labelled !== undefined) this.#ownTable(this.#labelled).restart(now);
  }

  /** The cell of a label set begins now. There must be one. */
  restartOne(set: LabelSet): void {
    if (this.#labelled === undefined) return this.restart();
    const table = this.#ownTable(this.#labelled);
    const row = this.#labelled.index.findValues(this.#valuesOf(presentLabels(set)));
    table.restart(unixSeconds(), row);
  }

  /** The table, with times that nobody else reads. */
  #ownTable({ table }: { readonly table: SeriesTable<Series> }): SeriesTable<Series> {
    if (this.#areTimesShown) this.#compact();
    return table;
  }

  #newTable(): { readonly table: SeriesTable<Series>; readonly index: SeriesIndex } {
    const names = this.#names;
    const table = new SeriesTable<Series>(names, []);
    const index = new SeriesIndex(names, table.values, names.length, names.map(() => "optional"));
    return { table, index };
  }

  #compact(): void {
    const { table, index } = this.#labelled!;
    const moved = table.compact();
    this.#areTimesShown = false;
    index.renumber(table.values, moved);
  }

  #valuesOf(labels: LabelSet): readonly string[] {
    const values: string[] = [];
    for (const name of this.#names) {
      const value = labels[name];
      // What all objects have, such as `constructor`, is no label.
      const isOwn = typeof value === "string" || Object.hasOwn(labels, name);
      values.push(isOwn ? labelText(value) : "");
    }
    return values;
  }
}
