import { overflowLabel } from "../../model/family/series_budget.ts";
import type { LabelTable } from "../../model/label_table.ts";
import type { AggregateQuota } from "./aggregate_quota.ts";
import { charactersOf, LabelRows, longestLabelOf, mostCharacters, newNames } from "./label_rows.ts";

/** The series of a family by their labels, as many as there is room for. */
export class SeriesRows {
  readonly #labels = new LabelRows();
  readonly #quota: AggregateQuota;

  /** A family without series. */
  constructor(quota: AggregateQuota) {
    this.#quota = quota;
  }

  /** Number of rows. */
  get count(): number {
    return this.#labels.rows;
  }

  /** The labels of all rows; pages share the lists. */
  get table(): LabelTable {
    return this.#labels.table();
  }

  /** Makes room for the labels of another table. */
  widen(table: LabelTable): void {
    const added = newNames(table, this.#labels.names);
    if (added.length > 0) this.#labels.widen(added);
  }

  /**
   * The rows of another table's label sets, whatever the order of its labels. What is new is appended;
   * a label set without room, or of too many characters, has the row of the overflow series.
   */
  resolve(table: LabelTable): number[] {
    this.widen(table);
    const values: string[] = [];
    const columns = this.#labels.names.map((name) => table.names.indexOf(name));
    return Array.from({ length: table.rows }, (_, row) => {
      const characters = charactersOf(table, row);
      if (characters > mostCharacters) {
        this.#quota.reportLong(characters, longestLabelOf(table, row));
        return this.#overflow(columns, values);
      }
      columns.forEach((column, at) => values[at] = valueAt(table, row, column));
      const known = this.#labels.find(values);
      if (known >= 0) return known;
      if (this.#isOverflow(values)) return this.#labels.append(values);
      if (!this.#quota.hasRoom) {
        this.#quota.reportOverflow();
        return this.#overflow(columns, values);
      }
      return this.#append(values);
    });
  }

  /** Appends rows that were there before, room or not. */
  restore(table: LabelTable): void {
    const added = table.names.filter((name) => !this.#labels.names.includes(name));
    if (added.length > 0) this.#labels.widen(added);
    const columns = this.#labels.names.map((name) => table.names.indexOf(name));
    for (let row = 0; row < table.rows; row++) {
      const values = columns.map((column) => valueAt(table, row, column));
      if (this.#isOverflow(values)) this.#labels.append(values);
      else this.#append(values);
    }
  }

  /** The rows of a table's label sets, -1 for those that there are not. */
  find(table: LabelTable): number[] {
    const columns = this.#labels.names.map((name) => table.names.indexOf(name));
    const isForeign = table.names.map((name) => !this.#labels.names.includes(name));
    return Array.from({ length: table.rows }, (_, row) => {
      const hasForeign = isForeign.some((is, at) => is && valueAt(table, row, at) !== "");
      return hasForeign
        ? -1
        : this.#labels.find(columns.map((column) => valueAt(table, row, column)));
    });
  }

  /** The row of the overflow series, or -1. */
  get overflowRow(): number {
    const { names } = this.#labels;
    if (!names.includes(overflowLabel)) return -1;
    return this.#labels.find(names.map((name) => name === overflowLabel ? "true" : ""));
  }

  /** Keeps some rows, ascending. */
  keep(rows: readonly number[]): void {
    const overflow = this.overflowRow;
    const released = this.count - rows.length -
      (overflow >= 0 && !rows.includes(overflow) ? 1 : 0);
    for (let times = 0; times < released; times++) this.#quota.release();
    this.#labels.keep(rows);
  }

  /** Gives all room back; the rows are not to be used any more. */
  detach(): void {
    this.#quota.forgetOverflows();
    this.#quota.detach();
  }

  #append(values: readonly string[]): number {
    this.#quota.take();
    return this.#labels.append(values);
  }

  /** The row of the overflow series. The look-up goes on, maybe with one column more. */
  #overflow(columns: number[], values: string[]): number {
    if (!this.#labels.names.includes(overflowLabel)) {
      this.#labels.widen([overflowLabel]);
      columns.push(-1);
      values.push("");
    }
    const row = this.overflowRow;
    if (row >= 0) return row;
    return this.#labels.append(
      this.#labels.names.map((name) => name === overflowLabel ? "true" : ""),
    );
  }

  /** Whether they are those of the overflow series, which needs no room; a client may have its own. */
  #isOverflow(values: readonly string[]): boolean {
    return this.#labels.names.every((name, column) =>
      values[column] === (name === overflowLabel ? "true" : "")
    ) && this.#labels.names.includes(overflowLabel);
  }
}

function valueAt({ names, values }: LabelTable, row: number, column: number): string {
  return column < 0 ? "" : values[row * names.length + column];
}
