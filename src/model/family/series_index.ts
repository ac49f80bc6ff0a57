import { HashedRows } from "./hashed_rows.ts";
import { textOf } from "./label_text.ts";
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
    // There may be no values yet, and no text of what was given.
    return stored === value && stored !== undefined ? branch : undefined;
  }

  /** Adds a row, in place of a row with the same labels. */
  add(row: number): void {
    this.#put(row, true);
  }

  /** The row with the labels of a row, which is added if there is no other. */
  findOrAdd(row: number): number {
    return this.#put(row, false);
  }

  /** Whether {@linkcode SeriesIndex.addNew} may be called: rows are in maps. */
  get takesNew(): boolean {
    return typeof this.#root === "object" && this.#added < mostMapped;
  }

  /**
   * Adds a row by its labels, before its values are there, if that takes nothing but a place in a map:
   * the labels are in the order of the names, none is `""`, and only the last ones may be left out. Only
   * if the index {@linkcode SeriesIndex.takesNew}, and all its labels are optional.
   *
   * @param set The labels as a caller gave them, of which these are a copy without what it inherits.
   * @returns Whether it did; otherwise {@linkcode findOrAdd} does, once the values of all rows are there.
   */
  addNew(labels: LabelSet, set: LabelSet, row: number): boolean {
    const names = this.#names;
    let map = this.#root as Map<unknown, Branch>;
    let key: string | undefined;
    let column = 0;
    for (const name in labels) {
      const given = labels[name];
      if (name !== names[column]) return false;
      const value = typeof given === "string" ? given : textOf(given, this.#open[column]);
      if (value === undefined || value === "") return false;
      column++;
      if (key !== undefined) continue;
      const below = map.get(value);
      if (typeof below === "number") return false;
      if (below === undefined) key = value;
      else map = below;
    }
    let inherited = -column;
    for (const _ in set) inherited++;
    if (inherited !== 0) return false;
    for (; column < names.length; column++) {
      if (names[column] in set) return false;
      if (key !== undefined) continue;
      const below = map.get("");
      if (typeof below === "number") return false;
      if (below === undefined) key = "";
      else map = below;
    }
    if (key === undefined) return false;
    map.set(key, row);
    this.#added++;
    return true;
  }

  /** Adds a row, or gives the one that has its labels and is not to be replaced. */
  #put(row: number, replaces: boolean): number {
    if (this.#hashed === undefined && this.#added === mostMapped) {
      this.#added++;
      const rows: number[] = [];
      // A compaction may have left none.
      if (this.#root !== undefined) collectRows(this.#root, rows);
      this.#index(rows);
    }
    if (this.#hashed !== undefined) {
      const found = this.#hashed.put(row, replaces);
      if (found >= 0) return found;
      this.#map(this.#hashed.rows());
    }
    return this.#putInMaps(row, replaces);
  }

  #putInMaps(row: number, replaces: boolean): number {
    const values = this.#values;
    const width = this.#names.length;
    const from = row * this.#width + this.#offset;
    let above: Map<unknown, Branch> | undefined;
    let branch = this.#root;
    let column = 0;
    for (; column < width && branch !== undefined; column++) {
      if (typeof branch === "number") {
        if (this.#endsAs(branch, row, column)) break;
        // The only series of the branch is no longer the only one.
        const map = new Map([[this.#value(branch, column), branch]]);
        branch = this.#hang(above, values[from + column - 1], map);
      }
      above = branch;
      branch = above.get(values[from + column]);
    }
    if (branch !== undefined && !replaces) return branch as number;
    this.#added++;
    this.#hang(above, values[from + column - 1], row);
    return row;
  }

  /** Puts a branch below another one, or makes it the root. */
  #hang<Below extends Branch>(
    above: Map<unknown, Branch> | undefined,
    value: string,
    branch: Below,
  ): Below {
    if (above === undefined) this.#root = branch;
    else above.set(value, branch);
    return branch;
  }

  /** Whether two rows have the same values from a column on. */
  #endsAs(one: number, other: number, column: number): boolean {
    for (; column < this.#names.length; column++) {
      if (this.#value(one, column) !== this.#value(other, column)) return false;
    }
    return true;
  }

  /** Indexes the hashes of rows, or the rows in maps if too many collide. */
  #index(rows: ArrayLike<number>): void {
    const [names, open, values, width] = [this.#names, this.#open, this.#values, this.#width];
    const hashed = new HashedRows({ names, open, values, width });
    if (!hashed.addAll(rows)) return this.#map(rows);
    this.#hashed = hashed;
    this.#root = undefined;
  }

  #map(rows: ArrayLike<number>): void {
    this.#hashed = undefined;
    this.#root = undefined;
    for (let at = 0; at < rows.length; at++) this.#putInMaps(rows[at], true);
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
      return hashed.isSparse ? this.#index(hashed.rows()) : undefined;
    }
    this.#root = this.#root === undefined ? undefined : renumbered(this.#root, moved);
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

/** Adds all rows below a branch to a list. */
function collectRows(branch: Branch, rows: number[]): void {
  if (typeof branch === "number") rows.push(branch);
  else for (const below of branch.values()) collectRows(below, rows);
}
