import type { LabelTable } from "../label_table.ts";
import { KeptValues } from "./kept_values.ts";

/** Removed series are dropped from memory once there are more than this, and at each collection. */
const compactionThreshold = 64;

/** In so many rows a value is looked for one by one: maps of them would take 400 bytes. */
const fewRows = 8;

/** The series of a family at one moment, with their label sets. */
export interface FamilySeries<Child> {
  /** The label sets, one row per series. */
  readonly labels: LabelTable;
  /** The children, one per row. */
  readonly children: readonly Child[];
  /** When each series was made, in seconds since 1970; the array may be longer. */
  readonly created: readonly number[];
}

/** The rows of a table as they are now, for whoever only reads them. */
export interface SeriesRows<Child> {
  /** The names of the columns; the family's own labels are the last. */
  readonly columns: readonly string[];
  /** The label values, row after row. New rows are appended; a compaction makes a new array. */
  readonly values: readonly string[];
  /** The children, one per row; `undefined` for removed series. */
  readonly children: readonly (Child | undefined)[];
}

/** The series of a family, one row each, in the order in which they were made. */
export class SeriesTable<Child extends object> implements SeriesRows<Child> {
  readonly #constants: readonly string[];
  readonly #width: number;
  /** The values of some rows; there are none as long as there are few. */
  #kept: KeptValues | undefined;
  // Fields that the table alone changes: all but its owner have it as `SeriesRows`. A getter each would
  // be three more functions to compile on the way to a first page.
  columns: readonly string[];
  values: string[] = [];
  children: (Child | undefined)[] = [];
  /** Those of the last rows may be missing: they are {@linkcode SeriesTable.#latest}. */
  #created: number[] = [];
  #latest = 0;
  #removed = 0;
  /** The series as they were given last; given again while no series comes or goes. */
  #series: FamilySeries<Child> | undefined;

  /**
   * An empty table.
   *
   * @param columns The names of constant labels, then those of the family's own.
   * @param constants The values of the constant labels.
   */
  constructor(columns: readonly string[], constants: readonly string[]) {
    this.columns = columns;
    this.#constants = constants;
    this.#width = columns.length - constants.length;
  }

  /** The number of removed series that still have a row. */
  get removed(): number {
    return this.#removed;
  }

  /** Whether most rows belong to removed series. */
  get isSparse(): boolean {
    return this.#removed > compactionThreshold && this.#removed * 2 > this.children.length;
  }

  /** All series; only valid if there are no rows of removed ones. */
  series(): FamilySeries<Child> {
    const known = this.#series;
    const rows = this.children.length;
    // A compaction makes new arrays, and a column comes with new rows.
    if (known !== undefined && known.labels.values === this.values && known.labels.rows === rows) {
      return known;
    }
    const labels = { names: this.columns, values: this.values, rows };
    const children = this.children as readonly Child[];
    return this.#series = { labels, children, created: this.#writeCreated() };
  }

  /** The values of the family's own labels in a row. */
  valuesOf(row: number): readonly string[] {
    const end = (row + 1) * this.columns.length;
    return this.values.slice(end - this.#width, end);
  }

  /** When the series of a row was made, in seconds since 1970. */
  createdAt(row: number): number {
    return this.#writeCreated()[row];
  }

  /**
   * Appends a series.
   *
   * @param mark The value in the column added by {@linkcode SeriesTable.addMark}.
   */
  append(values: readonly string[], child: Child, created: number, mark = ""): void {
    const cells = this.values;
    for (const value of this.#constants) cells.push(value);
    if (this.columns.length > this.#constants.length + this.#width) cells.push(mark);
    for (let label = 0; label < values.length; label++) {
      const value = values[label];
      cells.push(this.instead(value, label) ?? value);
    }
    this.occupy(child, created);
  }

  /** The string to keep in the place of a value of a label; `undefined` if it is to be kept itself. */
  instead(value: string, label: number): string | undefined {
    if (this.children.length > fewRows) {
      return (this.#kept ??= new KeptValues()).instead(value, label);
    }
    const width = this.columns.length;
    for (let at = width - this.#width + label; at < this.values.length; at += width) {
      if (this.values[at] === value) return this.values[at];
    }
    return undefined;
  }

  /**
   * Takes the children from all rows, in new lists. The rows keep their values for children to come
   * back, the first row first; until all have one, or the others are given up, nothing is appended.
   *
   * @returns The children; only valid if there are no rows of removed series.
   */
  vacate(): Child[] {
    const children = this.children as Child[];
    this.children = [];
    this.#created = [];
    this.#series = undefined;
    return children;
  }

  /** Appends a series with the values of a row. */
  repeat(row: number, child: Child, created: number): void {
    const width = this.columns.length;
    for (let at = row * width; at < (row + 1) * width; at++) this.values.push(this.values[at]);
    this.occupy(child, created);
  }

  /** Gives a child to the first row without one, whose values are there. */
  occupy(child: Child, created: number): void {
    // Many series come at one moment: it is written once for all of them.
    if (created !== this.#latest) {
      this.#writeCreated();
      this.#latest = created;
    }
    this.children.push(child);
  }

  /** Writes the time of the rows that have come since the last one was written. */
  #writeCreated(): number[] {
    const created = this.#created;
    while (created.length < this.children.length) created.push(this.#latest);
    return created;
  }

  /** Removes the rows that got no child, up to a number of rows. */
  giveUp(rows: number): void {
    for (let row = this.children.length; row < rows; row++) {
      this.children.push(undefined);
      this.#removed++;
    }
  }

  /** Removes the series of a row. */
  remove(row: number): void {
    this.children[row] = undefined;
    this.#removed++;
  }

  /** Sets the time of the rows that were made while the clock was 0. */
  startAt(now: () => number): void {
    const created = this.#writeCreated();
    for (let row = 0; created[row] === 0; row++) created[row] = now();
  }

  /**
   * Sets the time of all rows, or of one; only after a compaction, as snapshots may hold the old
   * ones.
   */
  restart(created: number, row?: number): void {
    const times = this.#writeCreated();
    if (row === undefined) times.fill(created);
    else times[row] = created;
  }

  /** Adds a column before the family's own labels, empty in all present rows. */
  addMark(name: string): void {
    const at = this.#constants.length;
    const added = this.columns.toSpliced(at, 0, name);
    this.#rebuild(added, at);
  }

  /**
   * Drops removed series. Makes new arrays, because snapshots may still hold the old ones.
   *
   * @returns The new row of each old one; -1 for those of removed series.
   */
  compact(): Int32Array {
    const moved = new Int32Array(this.children.length);
    let rows = 0;
    for (let row = 0; row < moved.length; row++) {
      moved[row] = this.children[row] === undefined ? -1 : rows++;
    }
    this.#rebuild(this.columns);
    return moved;
  }

  /** Drops all rows. */
  clear(): void {
    this.values = [];
    this.children = [];
    this.#created = [];
    this.#removed = 0;
  }

  /**
   * Copies all rows that are there, cell by cell: a page waits for it, and 100,000 rows of two labels
   * take 3.5 ms instead of the 12 with a list for each row (Node 24; 9 instead of 18 in cold code).
   * The new lists have room for an eighth more: without it the next new series waits 3 ms for a copy of
   * them. Lists that grow have room as well, in twice the time.
   *
   * @param added The position of a new column, which is empty.
   */
  #rebuild(columns: readonly string[], added?: number): void {
    const [oldValues, oldChildren, oldCreated] = [this.values, this.children, this.#writeCreated()];
    const width = this.columns.length;
    const rows = oldChildren.length - this.#removed;
    const room = rows + Math.ceil(rows / 8);
    const values = new Array<string>(room * columns.length);
    const children = new Array<Child | undefined>(room);
    const created = new Array<number>(room);
    let to = 0;
    let cell = 0;
    for (let row = 0; row < oldChildren.length; row++) {
      const child = oldChildren[row];
      if (child === undefined) continue;
      for (let column = 0, at = row * width; column < columns.length; column++) {
        values[cell++] = column === added ? "" : oldValues[at++];
      }
      created[to] = oldCreated[row];
      children[to++] = child;
    }
    values.length = cell;
    children.length = to;
    created.length = to;
    this.clear();
    this.columns = columns;
    this.values = values;
    this.children = children;
    this.#created = created;
  }
}
