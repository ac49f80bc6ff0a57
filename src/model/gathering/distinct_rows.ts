import { CollectionError } from "../errors.ts";
import type { LabelTable } from "../label_table.ts";

/** Checks and gives a label value that no earlier row has, at its position in the table. */
export type NewValue = (value: string, at: number) => string;

/**
 * Refuses a row with the labels of an earlier one: a server would store one of them.
 *
 * Each value has a number, by which rows are hashed, and a row is compared with those of its hash:
 * 100,000 rows of two labels take 7 ms instead of the 40 of a set of joined values.
 */
export class DistinctRows {
  readonly #name: string;
  readonly #table: LabelTable;
  readonly #onNew: NewValue;
  readonly #numbers = new Map<string, number>();
  /** Rows by their hash, each plus 1; a row whose place is taken has the next free one. */
  readonly #places: Int32Array;
  /** So that nobody who chooses label values can make all hashes the same. */
  readonly #seed = Math.random() * 2 ** 32 | 0;

  /**
   * @param name The family.
   * @param table The table; its values may be appended row by row.
   */
  constructor(name: string, table: LabelTable, onNew: NewValue = (value) => value) {
    this.#name = name;
    this.#table = table;
    this.#onNew = onNew;
    // Without columns the second row is the last one that is looked at, whatever their number is.
    const rows = table.names.length === 0 ? 2 : table.rows;
    this.#places = new Int32Array(2 ** Math.ceil(Math.log2(2 * rows + 1)));
  }

  /**
   * Adds the next row. Rows must be given in their order.
   *
   * @throws {CollectionError} If an earlier row has the same labels.
   */
  add(row: number): void {
    const places = this.#places;
    const mask = places.length - 1;
    let place = this.#hash(row) & mask;
    while (places[place] !== 0) {
      if (this.#isSame(places[place] - 1, row)) this.#refuse(row);
      place = place + 1 & mask;
    }
    places[place] = row + 1;
  }

  #hash(row: number): number {
    const { values, names: { length: width } } = this.#table;
    let hash = this.#seed;
    for (let at = row * width; at < (row + 1) * width; at++) {
      const value = values[at];
      hash = Math.imul(hash ^ (this.#numbers.get(value) ?? this.#number(value, at)), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  #number(given: string, at: number): number {
    const value = this.#onNew(given, at);
    const number = this.#numbers.get(value) ?? this.#numbers.size;
    this.#numbers.set(value, number);
    return number;
  }

  /** An empty value is an absent label in all rows, so the values alone tell label sets apart. */
  #isSame(one: number, other: number): boolean {
    const { values, names: { length: width } } = this.#table;
    for (let column = 0; column < width; column++) {
      if (values[one * width + column] !== values[other * width + column]) return false;
    }
    return true;
  }

  #refuse(row: number): never {
    const { names, values } = this.#table;
    const labels = JSON.stringify(
      names.map((label, column) => [label, values[row * names.length + column]])
        .filter(([, value]) => value !== ""),
    );
    throw new CollectionError(
      `${this.#name}: two series have the labels ${labels}; make them distinct`,
    );
  }
}
