import { HashedRows, textOf } from "./hashed_rows.ts";
import type { LabelSet, Openness } from "./labels.ts";

/**
 * From so many series on their hashes are indexed. In fewer a `Map` finds the series that is in use
 * in less time, and takes 1 MB at most.
 */
const mostMapped = 16_384;

/** What is below a label value: the row of its only series, or a map by the next label. */
type Branch = number | Map<unknown, Branch>;

/**
 * An index from label sets to rows: one `Map` per label, nested, or hashes if there are many series.
 *
 * A branch with a single series is that series' row, and becomes a map with the second one: 113
 * bytes a series in V8 instead of 292, at the same speed. Joined keys would cost a string and its
 * hash at each call, and different label sets could collide in them.
 */
export class SeriesIndex {
  readonly #names: readonly string[];
  #values: readonly string[];
  readonly #width: number;
  readonly #offset: number;
  readonly #open: readonly Openness[];
  #root: Branch | undefined;
  #added = 0;
  /** All rows, if there are many; then there is no root. */
  #hashed: HashedRows | undefined;

  /**
   * @param names The label names.
   * @param values The values of all rows, to which the owner appends.
   * @param width The number of columns in `values`; the labels are the last ones.
   * @param open For each label, which values it takes as they are.
   */
  constructor(
    names: readonly string[],
    values: readonly string[],
    width: number,
    open: readonly Openness[],
  ) {
    this.#open = open;
    this.#names = names;
    this.#values = values;
    this.#width = width;
    this.#offset = width - names.length;
  }

  /**
   * The row of a label set as a caller gives it, or -1 if it is unknown or its labels are not those
   * of the index. Allocates nothing.
   */
  find(set: LabelSet): number {
    if (set === null || set === undefined) return -1;
    if (this.#hashed !== undefined) return this.#hashed.find(set);
    const names = this.#names;
    let branch = this.#root;
    let column = 0;
    // If a caller writes the labels in their order, one pass checks and counts the names and reads
    // the values: a property met in an enumeration is read without a look-up. Two labels take 25 ns
    // instead of 30.
    for (const name in set) {
      if (name !== names[column]) return this.#findInAnyOrder(set);
      branch = this.#step(branch, column, set[name]);
      if (branch === undefined) return -1;
      column++;
    }
    // What is left out is found only if it is optional.
    for (; column < names.length; column++) {
      branch = this.#step(branch, column, undefined);
      if (branch === undefined) return -1;
    }
    return typeof branch === "number" ? branch : -1;
  }

  #findInAnyOrder(set: LabelSet): number {
    const names = this.#names;
    let branch = this.#root;
    let known = 0;
    for (let column = 0; column < names.length; column++) {
      const given = set[names[column]];
      if (given === undefined) known++;
      branch = this.#step(branch, column, given);
      if (branch === undefined) return -1;
    }
    // What is no enumerable property, such as the length of a list, is no label of a set.
    for (const name in set) {
      if (!names.includes(name)) return -1;
      if (set[name] !== undefined) known++;
    }
    return known === names.length && typeof branch === "number" ? branch : -1;
  }

  /** The row of a label set as it is stored, by its values in the order of the names, or -1. */
  findValues(values: readonly string[]): number {
    if (this.#hashed !== undefined) return this.#hashed.findValues(values);
    let branch = this.#root;
    for (let column = 0; column < values.length && branch !== undefined; column++) {
      branch = this.#step(branch, column, values[column]);
    }
    return typeof branch === "number" ? branch : -1;
  }

  /** The branch below a label value, if there is one. */
  #step(branch: Branch | undefined, column: number, given: unknown): Branch | undefined {
    const value = typeof given === "string" ? given : textOf(given, this.#open[column]);
    if (typeof branch !== "number") return branch?.get(value);
    const stored = this.#values[branch * this.#width + this.#offset + column];
    return stored === value ? branch : undefined;
  }

  /** Adds a row, in place of a row with the same labels. */
  add(row: number): void {
    if (this.#hashed === undefined) {
      this.#root = this.#root === undefined ? row : this.#insert(this.#root, row, 0);
      if (++this.#added === mostMapped) this.#index(rowsBelow(this.#root));
    } else if (!this.#hashed.add(row)) {
      this.#map([...this.#hashed.rows(), row]);
    }
  }

  /** Indexes the hashes of rows, or the rows in maps if too many collide. */
  #index(rows: readonly number[]): void {
    const [names, open, values, width] = [this.#names, this.#open, this.#values, this.#width];
    const hashed = new HashedRows({ names, open, values, width });
    if (!rows.every((row) => hashed.add(row))) return this.#map(rows);
    this.#hashed = hashed;
    this.#root = undefined;
  }

  #map(rows: readonly number[]): void {
    this.#hashed = undefined;
    this.#root = undefined;
    for (const row of rows) this.#root = this.#insert(this.#root, row, 0);
  }

  /**
   * Follows rows to where a compaction has moved them, in place: 100,000 rows take 5 ms instead of
   * the 15 of a new index.
   *
   * @param values The values of all rows from now on.
   * @param moved The new row of each old one; -1 if it is gone.
   */
  renumber(values: readonly string[], moved: Int32Array): void {
    this.#values = values;
    const hashed = this.#hashed;
    if (hashed !== undefined) {
      hashed.renumber(values, moved);
      return hashed.isSparse ? this.#index([...hashed.rows()]) : undefined;
    }
    this.#root = this.#root === undefined ? undefined : renumbered(this.#root, moved);
  }

  #insert(branch: Branch | undefined, row: number, column: number): Branch {
    if (branch === undefined || column === this.#names.length) return row;
    const map = typeof branch === "number" ? this.#split(branch, row, column) : branch;
    if (map === undefined) return row;
    const key = this.#value(row, column);
    const below = map.get(key);
    const next = this.#insert(below, row, column + 1);
    if (next !== below) map.set(key, next);
    return map;
  }

  /** A map with the row that was there; `undefined` if both rows have the same labels. */
  #split(present: number, row: number, column: number): Map<unknown, Branch> | undefined {
    for (let next = column; next < this.#names.length; next++) {
      if (this.#value(present, next) !== this.#value(row, next)) {
        return new Map([[this.#value(present, column), present]]);
      }
    }
    return undefined;
  }

  #value(row: number, column: number): string {
    return this.#values[row * this.#width + this.#offset + column];
  }
}

function renumbered(branch: Branch, moved: Int32Array): Branch | undefined {
  if (typeof branch === "number") return moved[branch] < 0 ? undefined : moved[branch];
  for (const [value, below] of branch) {
    const next = renumbered(below, moved);
    if (next === undefined) branch.delete(value);
    else if (next !== below) branch.set(value, next);
  }
  return branch.size > 0 ? branch : undefined;
}

/** All rows below a branch. */
function rowsBelow(branch: Branch): readonly number[] {
  return typeof branch === "number" ? [branch] : [...branch.values()].flatMap(rowsBelow);
}
