import type { LabelTable } from "../label_table.ts";

/** Removed series are dropped from memory once there are this many, and at each collection. */
const compactionThreshold = 64;

/** The series of a family at one moment, side by side with their label sets. */
export interface FamilySeries<Child> {
  /** The label sets, a row a series. */
  readonly labels: LabelTable;
  /** The children, one a row. */
  readonly children: readonly Child[];
  /** When each series was made, in seconds since 1970; the array may be longer. */
  readonly created: readonly number[];
}

/** The series of a family, a row each, in the order in which they were made. */
export class SeriesTable<Child extends object> {
  readonly #constants: readonly string[];
  readonly #width: number;
  #columns: readonly string[];
  #values: string[] = [];
  #children: (Child | undefined)[] = [];
  #created: number[] = [];
  #removed = 0;

  /**
   * An empty table.
   *
   * @param columns The names of constant labels, then those of the family's own.
   * @param constants The values of the constant labels.
   */
  constructor(columns: readonly string[], constants: readonly string[]) {
    this.#columns = columns;
    this.#constants = constants;
    this.#width = columns.length - constants.length;
  }

  /** The names of the columns; the family's own labels are the last. */
  get columns(): readonly string[] {
    return this.#columns;
  }

  /** The label values, row after row. Appended to, and another array after a compaction. */
  get values(): readonly string[] {
    return this.#values;
  }

  /** The children, `undefined` where the series was removed; likewise. */
  get children(): readonly (Child | undefined)[] {
    return this.#children;
  }

  /** When the series were made, in seconds since 1970; likewise. */
  get created(): readonly number[] {
    return this.#created;
  }

  /** How many removed series still have a row. */
  get removed(): number {
    return this.#removed;
  }

  /** Whether most rows are of removed series. */
  get isSparse(): boolean {
    return this.#removed > compactionThreshold && this.#removed * 2 > this.#children.length;
  }

  /** All series, where none is removed. */
  series(): FamilySeries<Child> {
    const rows = this.#children.length;
    const labels = { names: this.#columns, values: this.#values, rows };
    return { labels, children: this.#children as readonly Child[], created: this.#created };
  }

  /** The values of the family's own labels in a row. */
  valuesOf(row: number): readonly string[] {
    const end = (row + 1) * this.#columns.length;
    return this.#values.slice(end - this.#width, end);
  }

  /**
   * Appends a series.
   *
   * @param mark Its value in the column that {@linkcode SeriesTable.addMark} has added.
   */
  append(values: readonly string[], child: Child, created: number, mark = ""): void {
    for (const value of this.#constants) this.#values.push(value);
    if (this.#isMarked) this.#values.push(mark);
    for (const value of values) this.#values.push(value);
    this.#children.push(child);
    this.#created.push(created);
  }

  /** Removes the series of a row. */
  remove(row: number): void {
    this.#children[row] = undefined;
    this.#removed++;
  }

  /** Gives the rows made where the clock stood at 0 a time. */
  startAt(now: () => number): void {
    for (let row = 0; this.#created[row] === 0; row++) this.#created[row] = now();
  }

  /** Adds a column before the family's own labels, empty in all rows that there are. */
  addMark(name: string): void {
    const at = this.#constants.length;
    const added = this.#columns.toSpliced(at, 0, name);
    this.#rebuild(added, (values) => values.toSpliced(at, 0, ""));
  }

  /** Drops removed series. New arrays, as snapshots may still hold the old ones. */
  compact(): void {
    this.#rebuild(this.#columns, (values) => values);
  }

  /** Drops everything. */
  clear(): void {
    this.#values = [];
    this.#children = [];
    this.#created = [];
    this.#removed = 0;
  }

  get #isMarked(): boolean {
    return this.#columns.length > this.#constants.length + this.#width;
  }

  #rebuild(columns: readonly string[], change: (values: string[]) => readonly string[]): void {
    const [values, children, created] = [this.#values, this.#children, this.#created];
    const width = this.#columns.length;
    this.clear();
    this.#columns = columns;
    children.forEach((child, row) => {
      if (child === undefined) return;
      for (const value of change(values.slice(row * width, (row + 1) * width))) {
        this.#values.push(value);
      }
      this.#children.push(child);
      this.#created.push(created[row]);
    });
  }
}
