import { SeriesIndex } from "../../model/family/series_index.ts";
import type { LabelTable } from "../../model/label_table.ts";

/** Characters of all labels of a row, names and values; so that few series do not take much memory. */
export const mostCharacters = 4096;

/**
 * The label sets of a family, a row each. Rows are only appended, so that all pages share the lists,
 * by whose identity formats keep the lines that they have written. A new label or a removal makes new
 * lists.
 */
export class LabelRows {
  #names: readonly string[] = [];
  #values: string[] = [];
  #rows = 0;
  #index = this.#newIndex();

  /** Number of rows. */
  get rows(): number {
    return this.#rows;
  }

  /** The names of the labels, in the order in which they came. */
  get names(): readonly string[] {
    return this.#names;
  }

  /** The table as it is now. */
  table(): LabelTable {
    return { names: this.#names, values: this.#values, rows: this.#rows };
  }

  /** The row with these values, in the order of the names, or -1. */
  find(values: readonly string[]): number {
    return this.#index.findValues(values);
  }

  /** Appends a row with values in the order of the names. Returns it. */
  append(values: readonly string[]): number {
    for (const value of values) this.#values.push(value);
    this.#index.add(this.#rows);
    return this.#rows++;
  }

  /** Adds labels, which no present row has. */
  widen(added: readonly string[]): void {
    const [values, width] = [this.#values, this.#names.length];
    const empty = added.map(() => "");
    this.#names = [...this.#names, ...added];
    this.#values = [];
    for (let row = 0; row < this.#rows; row++) {
      this.#values.push(...values.slice(row * width, (row + 1) * width), ...empty);
    }
    this.#reindex();
  }

  /** Keeps some rows, ascending. */
  keep(rows: readonly number[]): void {
    const [values, width] = [this.#values, this.#names.length];
    this.#values = rows.flatMap((row) => values.slice(row * width, (row + 1) * width));
    this.#rows = rows.length;
    this.#reindex();
  }

  #reindex(): void {
    this.#index = this.#newIndex();
    for (let row = 0; row < this.#rows; row++) this.#index.add(row);
  }

  #newIndex(): SeriesIndex {
    return new SeriesIndex(this.#names, this.#values, this.#names.length, []);
  }
}

/** Number of characters of a row's labels. */
export function charactersOf({ names, values }: LabelTable, row: number): number {
  let characters = 0;
  for (let column = 0; column < names.length; column++) {
    const { length } = values[row * names.length + column];
    if (length > 0) characters += names[column].length + length;
  }
  return characters;
}

/** The name of a row's label with the longest value. */
export function longestLabelOf({ names, values }: LabelTable, row: number): string {
  const lengthAt = (column: number) => values[row * names.length + column].length;
  let longest = 0;
  for (let column = 1; column < names.length; column++) {
    if (lengthAt(column) > lengthAt(longest)) longest = column;
  }
  return names[longest];
}

/** Labels of a table that others lack, and that a row has which is not too long for one of its own. */
export function newNames(table: LabelTable, known: readonly string[]): string[] {
  const { names, values } = table;
  if (names.every((name) => known.includes(name))) return [];
  const rows = Array.from({ length: table.rows }, (_, row) => row)
    .filter((row) => charactersOf(table, row) <= mostCharacters);
  return names.filter((name, column) =>
    !known.includes(name) && rows.some((row) => values[row * names.length + column] !== "")
  );
}
