import { unixSeconds } from "../platform/clock.ts";
import { IdleSeries } from "./idle_series.ts";
import type { Openness } from "./labels.ts";
import { type FamilyQuota, overflowLabel } from "./series_budget.ts";
import { SeriesIndex } from "./series_index.ts";
import type { FamilySeries, SeriesTable } from "./series_table.ts";

/** What a family does for its store. */
export interface ChildMaker<Child> {
  /** Makes the child of a new series. */
  create(values: readonly string[]): Child;
  /** Makes the child of the overflow series. */
  createOverflow(): Child;
  /** Called for each series that is removed. */
  discard(child: Child): void;
  /** Sets the numbers of a child back to their start. */
  reset(child: Child): void;
  /** A number that each recording to a child changes; `undefined` for a child that never idles. */
  activityOf(child: Child): number | undefined;
  /** Called if rows have other numbers than before: an index of them is out of date. */
  renumbered(): void;
}

/** The names of a family's own labels, and which values they take as they are. */
interface LabelColumns {
  readonly names: readonly string[];
  readonly open: readonly Openness[];
}

/**
 * The series of a family, by their label values as they are stored: on the page, idle, or in the
 * overflow series.
 */
export class SeriesStore<Child extends object> {
  /** Whether series expire if nobody records to them for some time. */
  readonly mayIdle: boolean;
  /** The series on the page; always the same table. */
  readonly #table: SeriesTable<Child>;
  readonly #labels: LabelColumns;
  readonly #maker: ChildMaker<Child>;
  readonly #quota: FamilyQuota | undefined;
  /** Only if idle series expire, or after a reset. */
  #idle: IdleSeries<Child> | undefined;
  #index: SeriesIndex;
  /** The overflow series, once a label set had no room. */
  #overflow: Child | undefined;

  /**
   * A family without series.
   *
   * @param table It has no rows, and is the store's from now on.
   */
  constructor(
    table: SeriesTable<Child>,
    labels: LabelColumns,
    quota: FamilyQuota | undefined,
    maker: ChildMaker<Child>,
  ) {
    this.#table = table;
    this.#labels = labels;
    this.#maker = maker;
    this.#quota = quota;
    this.#index = this.newIndex();
    this.mayIdle = labels.names.length > 0 && (quota?.idleSeconds ?? Infinity) < Infinity;
    if (this.mayIdle) this.#idle = this.#newIdle();
  }

  /** The index of all series by their label values. */
  get index(): SeriesIndex {
    return this.#index;
  }

  /** An index that finds nothing yet. */
  newIndex(): SeriesIndex {
    const { values, columns } = this.#table;
    const { names, open } = this.#labels;
    return new SeriesIndex(names, values, columns.length, open);
  }

  /** Whether a child is that of the overflow series. */
  isOverflow(child: Child): boolean {
    return child === this.#overflow;
  }

  /** The row of a series, or -1. */
  rowOf(values: readonly string[]): number {
    const row = this.#index.findValues(values);
    return row >= 0 && this.#table.children[row] !== undefined ? row : -1;
  }

  /** Makes a series in the last row, or revives the idle one if somebody has kept its child. */
  open(values: readonly string[]): Child {
    if (this.#table.isSparse) this.#compact();
    const entry = this.#idle?.revive(values);
    const child = entry?.child ?? this.#maker.create(values);
    this.#table.append(values, child, entry?.created ?? unixSeconds());
    this.#index.add(this.#table.children.length - 1);
    this.#quota?.take();
    return child;
  }

  /** The child of the overflow series. */
  overflow(): Child {
    this.#quota?.reportOverflow();
    if (this.#overflow !== undefined) return this.#overflow;
    const child = this.#maker.createOverflow();
    if (!this.#table.columns.includes(overflowLabel)) {
      this.#table.addMark(overflowLabel);
      this.#reindex();
    }
    this.#table.append(this.#labels.names.map(() => ""), child, unixSeconds(), "true");
    this.#overflow = child;
    return child;
  }

  /** The series as they are now. */
  series(): FamilySeries<Child> {
    if (this.#idle !== undefined) this.#refreshIdle(this.#idle);
    if (this.#table.removed > 0) this.#compact();
    const series = this.#table.series();
    // workerd's clock is 0 while modules load; series made then begin with the first scrape.
    if (series.created[0] === 0) this.#table.startAt(unixSeconds);
    return series;
  }

  /** Removes the series with these values. Returns whether it was there. */
  remove(values: readonly string[]): boolean {
    const row = this.rowOf(values);
    if (row >= 0) this.#removeRow(row);
    this.#idle?.revive(values);
    return row >= 0;
  }

  /** Removes every series with these values; `undefined` stands for any. Returns their number. */
  removePattern(pattern: readonly (string | undefined)[]): number {
    const isAny = pattern.every((value) => value === undefined);
    const fits = (values: readonly string[]) =>
      pattern.every((value, column) => value === undefined || values[column] === value);
    const removed = this.#removeIf((child, row) =>
      isAny || (child !== this.#overflow && fits(this.#table.valuesOf(row)))
    );
    this.#idle?.forget(fits);
    return removed;
  }

  /** Removes the overflow series, if there is one. */
  removeOverflow(): void {
    this.#removeIf((child) => child === this.#overflow);
  }

  /** Removes every series but one. */
  removeOthers(child: Child): void {
    this.#removeIf((present) => present !== child);
  }

  /** Removes every series. */
  clear(): void {
    this.removePattern([]);
    this.#table.clear();
    this.#reindex();
  }

  /**
   * Sets all numbers back. Series with labels leave the page, and come back with the next recording
   * to their child, so a test sees what it has recorded and nothing of earlier ones. The overflow
   * series stays at 0, since it has no label set by which it could come back.
   */
  reset(): void {
    const created = unixSeconds();
    const { names } = this.#labels;
    const idle = names.length > 0 ? this.#idle ??= this.#newIdle() : undefined;
    const reset = (child: Child) => this.#maker.reset(child);
    idle?.reset(reset, created);
    this.#removeIf((child, row) => {
      reset(child);
      if (idle === undefined || child === this.#overflow) return false;
      idle.park({ values: this.#table.valuesOf(row), child, created });
      return true;
    });
    this.#compact();
    this.#table.restart(created);
    this.#quota?.forgetOverflows();
  }

  /** Parks series that are idle now, and revives those that were recorded to since. */
  #refreshIdle(idle: IdleSeries<Child>): void {
    const { children } = this.#table;
    for (const row of this.mayIdle ? idle.findIdle(children) : []) {
      const child = children[row];
      if (child === undefined || child === this.#overflow) continue;
      idle.park({ values: this.#table.valuesOf(row), child, created: this.#table.createdAt(row) });
      this.#removeRow(row);
    }
    for (const values of idle.touched()) {
      if (this.#quota?.hasRoom ?? true) this.open(values);
      else this.#quota!.reportOverflow();
    }
  }

  #newIdle(): IdleSeries<Child> {
    const seconds = this.#quota?.idleSeconds ?? Infinity;
    return new IdleSeries(seconds, (child) => this.#maker.activityOf(child));
  }

  #removeIf(isDue: (child: Child, row: number) => boolean): number {
    let removed = 0;
    this.#table.children.forEach((child, row) => {
      if (child === undefined || !isDue(child, row)) return;
      this.#removeRow(row);
      removed++;
    });
    return removed;
  }

  #removeRow(row: number): void {
    const child = this.#table.children[row] as Child;
    if (child === this.#overflow) this.#overflow = undefined;
    else this.#quota?.release();
    this.#maker.discard(child);
    this.#table.remove(row);
  }

  #compact(): void {
    const moved = this.#table.compact();
    this.#index.renumber(this.#table.values, moved);
    this.#maker.renumbered();
  }

  #reindex(): void {
    this.#index = this.newIndex();
    this.#table.children.forEach((child, row) => {
      if (child !== undefined && child !== this.#overflow) this.#index.add(row);
    });
    this.#maker.renumbered();
  }
}
