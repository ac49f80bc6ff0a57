import type { FamilyDelta } from "../../deltas/delta.ts";
import { ExactColumn } from "../../deltas/exact.ts";
import { slicesOf } from "../../deltas/slices.ts";
import { CollectionError, display } from "../../model/errors.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import {
  type AnyFamily,
  entriesEach,
  type PartName,
  type Parts,
  partsOf,
  withParts,
} from "../../model/metric_types.ts";
import type { MetricFamily, NativeBuckets } from "../../model/snapshot.ts";
import type { AggregateQuota } from "./aggregate_quota.ts";
import { DatedRows } from "./dated_rows.ts";
import type { IdleTimes } from "./idle_times.ts";
import { type KeptFamily, type Moment, rowsPerStep } from "./kept_family.ts";
import { addNative, emptyNative, newerExemplar } from "./native_rows.ts";
import { emptyColumns, type KeptColumn, numberColumns } from "./number_columns.ts";
import { Numbers } from "./numbers.ts";
import type { SeriesRows } from "./series_rows.ts";

/** A column of totals. */
interface Totals extends KeptColumn {
  sums: ExactColumn;
}

/** A family whose numbers are added up: a counter, a histogram or a summary. */
export class TotalFamily implements KeptFamily {
  readonly keeping = "total";
  readonly definition: MetricFamily;
  readonly #rows: DatedRows;
  readonly #zeroSeconds: number;
  readonly #columns: readonly Totals[];
  readonly #empty: Parts;
  /** Exemplars of each row; 0 if the type has none. */
  readonly #exemplarsEach: number;
  /** Made with the first exemplar. */
  #exemplars: (Exemplar | undefined)[] | undefined;
  /** None once a delta had none: a page would show fewer observations in them than there were. */
  #native: (NativeBuckets | undefined)[] | undefined = [];
  /** When each series had its first delta. */
  readonly #created = new Numbers();
  /** When the first page showed each series; those at the end that have no such time are new. */
  readonly #shown = new Numbers();
  /** The last page, if nothing has changed since and no series was shown as 0. */
  #page: MetricFamily | undefined;

  constructor(
    definition: MetricFamily,
    quota: AggregateQuota,
    idle: IdleTimes,
    zeroSeconds: number,
  ) {
    this.definition = definition;
    this.#rows = new DatedRows(quota, idle);
    this.#zeroSeconds = zeroSeconds;
    this.#columns = numberColumns(definition)
      .map((column) => ({ ...column, sums: new ExactColumn() }));
    this.#empty = emptyColumns(definition);
    const exemplars = partsOf(definition.type).find(([name]) => name === "exemplars")?.[1];
    this.#exemplarsEach = exemplars?.kind === "exemplars" ? entriesEach(definition, exemplars) : 0;
  }

  get series(): SeriesRows {
    return this.#rows.series;
  }

  /** Whether there are series that no page has shown. */
  get hasNewborns(): boolean {
    return this.#shown.length < this.series.count;
  }

  /** Marks all series as shown. */
  show(now: number): void {
    while (this.hasNewborns) this.#shown.push(now);
  }

  check(delta: FamilyDelta): Generator<void, void, void> | undefined {
    const { native }: AnyFamily = delta.family;
    return native && this.#native && this.#checkCounts(delta);
  }

  *#checkCounts(delta: FamilyDelta): Generator<void, void, void> {
    const { name, bounds }: AnyFamily = delta.family;
    // A server refuses a page whose native buckets, as integers, do not add up to the count. What has
    // no row may come to that of the overflow series.
    const size = bounds!.length + 1;
    let others = this.#countOf(this.series.overflowRow);
    for (const { family } of slicesOf(delta, rowsPerStep)) {
      const { labels, buckets }: AnyFamily = family;
      this.series.find(labels).forEach((row, from) => {
        let count = this.#countOf(row);
        for (let at = from * size; at < (from + 1) * size; at++) count += buckets![at];
        if (row < 0) count = others += count;
        if (count <= Number.MAX_SAFE_INTEGER) return;
        throw new CollectionError(
          `${name}: a series would have ${count} observations, which native buckets do not ` +
            `count; call aggregator.remove(${display(name)}), so that it begins at 0`,
        );
      });
      yield;
    }
  }

  apply(delta: FamilyDelta, { now }: Moment): void {
    this.#page = undefined;
    const family: AnyFamily = delta.family;
    const rows = this.#rows.touch(family.labels, now);
    this.#extend(now);
    this.#setCreated(family, rows);
    for (const { name, each, sums } of this.#columns) {
      const numbers = family[name] as Float64Array;
      const rests = delta.rests?.get(name);
      rows.forEach((row, from) => {
        for (let entry = 0; entry < each; entry++) {
          const cell = from * each + entry;
          sums.add(row * each + entry, numbers[cell], rests?.get(cell));
        }
      });
    }
    this.#addExemplars(family, rows, now);
    this.#addNative(family, rows, now);
  }

  keep(rows: readonly number[]): void {
    this.#page = undefined;
    const each = this.#exemplarsEach;
    this.#rows.keep(rows);
    this.#created.keep(rows);
    this.#shown.keep(rows);
    const exemplars = this.#exemplars;
    const kept = exemplars && rows.flatMap((row) => exemplars.slice(row * each, (row + 1) * each));
    this.#exemplars = kept?.some((exemplar) => exemplar !== undefined) ? kept : undefined;
    this.#native = this.#native && rows.map((row) => this.#native![row]);
    for (const column of this.#columns) column.sums = keptSums(column, rows);
  }

  staying(now: number): readonly number[] | undefined {
    return this.#rows.active(now);
  }

  *page(now: number, isLook?: boolean): Generator<void, MetricFamily | undefined, void> {
    if (this.series.count === 0) return undefined;
    if (this.#page !== undefined) return this.#page;
    const zeros = isLook ? this.series.count : this.#firstZero(now);
    const page = this.#snapshot(zeros);
    if (!isLook && zeros === this.series.count) this.#page = page;
    yield;
    return page;
  }

  *exact(now: number, isLook?: boolean): Generator<void, FamilyDelta | undefined, void> {
    const family = yield* this.page(now, isLook);
    return family && this.#withRests(family, isLook ? this.series.count : this.#firstZero(now));
  }

  *dump(): Generator<void, FamilyDelta, void> {
    const delta = this.#withRests(this.#snapshot(this.series.count), this.series.count);
    yield;
    return delta;
  }

  *times(): Iterable<number> {
    for (let row = 0; row < this.series.count; row++) {
      yield this.#rows.timeOf(row);
      yield row < this.#shown.length ? this.#shown.at(row) : NaN;
    }
  }

  restore(delta: FamilyDelta): void {
    const family: AnyFamily = delta.family;
    const first = this.series.count;
    this.series.restore(family.labels);
    this.#extend(0, family.created);
    for (const { name, each, sums } of this.#columns) {
      (family[name] as Float64Array).forEach((number, cell) =>
        sums.add(first * each + cell, number, delta.rests?.get(name)?.get(cell))
      );
    }
    const rows = Array.from({ length: family.labels.rows }, (_, row) => first + row);
    this.#addExemplars(family, rows, Infinity);
    if (family.native === undefined) this.#native = undefined;
    else this.#native?.push(...family.native);
  }

  restoreTimes(next: () => number): void {
    for (let row = 0; row < this.series.count; row++) {
      this.#rows.restoreTime(next());
      const shown = next();
      if (!Number.isNaN(shown)) this.#shown.push(shown);
    }
  }

  detach(): void {
    this.#rows.detach();
  }

  /** Sums of other aggregators say when they began, and all together began with the first of them. */
  #setCreated({ created }: AnyFamily, rows: readonly number[]): void {
    if (created === undefined) return;
    rows.forEach((row, from) => {
      this.#created.set(row, Math.min(this.#created.at(row), created[from]));
    });
  }

  /** Makes room for new rows. */
  #extend(now: number, created?: ArrayLike<number>): void {
    const { count } = this.series;
    const first = this.#created.length;
    if (count === first) return;
    for (let row = first; row < count; row++) {
      this.#created.push(created === undefined ? now : created[row - first]);
    }
    for (const { each, sums } of this.#columns) sums.add(count * each - 1, 0);
    if (this.#exemplars !== undefined) this.#growExemplars(this.#exemplars);
  }

  #growExemplars(exemplars: (Exemplar | undefined)[]): void {
    while (exemplars.length < this.series.count * this.#exemplarsEach) exemplars.push(undefined);
  }

  #addExemplars({ exemplars }: AnyFamily, rows: readonly number[], now: number): void {
    if (exemplars === undefined) return;
    const each = this.#exemplarsEach;
    exemplars.forEach((exemplar, from) => {
      if (exemplar === undefined) return;
      if (this.#exemplars === undefined) this.#growExemplars(this.#exemplars = []);
      const cell = rows[Math.floor(from / each)] * each + from % each;
      this.#exemplars[cell] = newerExemplar(this.#exemplars[cell], exemplar, now);
    });
  }

  #addNative({ native }: AnyFamily, rows: readonly number[], now: number): void {
    if (native === undefined) this.#native = undefined;
    const present = this.#native;
    if (present === undefined) return;
    rows.forEach((row, from) => present[row] = addNative(present[row], native![from], now));
  }

  /** Number of observations in a row of a histogram. */
  #countOf(row: number): number {
    let count = 0;
    for (const { name, each, sums } of row < 0 ? [] : this.#columns) {
      if (name !== "buckets") continue;
      for (let entry = 0; entry < each; entry++) count += sums.value(row * each + entry);
    }
    return count;
  }

  /** The first row that is shown as 0; all after it are too, as they are newer. */
  #firstZero(now: number): number {
    let row = this.#shown.length;
    while (row > 0 && now < this.#shown.at(row - 1) + this.#zeroSeconds) row--;
    return row;
  }

  /** The family with all rows from one on at 0. */
  #snapshot(zeros: number): MetricFamily {
    const parts: { [Name in PartName]?: unknown } = { ...this.#empty };
    for (const { name, each, sums } of this.#columns) {
      parts[name] = sums.values().fill(0, zeros * each);
    }
    if (this.#exemplars !== undefined) {
      parts.exemplars = this.#exemplars.slice().fill(undefined, zeros * this.#exemplarsEach);
    }
    if (this.definition.type === "histogram" && this.#native !== undefined) {
      parts.native = this.#native.map((native, row) => row < zeros ? native : emptyNative(native!));
    }
    parts.created = this.#created.view();
    return withParts(this.definition, { ...parts as Parts, labels: this.series.table });
  }

  #withRests(family: MetricFamily, zeros: number): FamilyDelta {
    const rests = new Map<PartName, ReadonlyMap<number, readonly number[]>>();
    for (const { name, each, sums } of this.#columns) {
      const column = sums.rests(zeros * each);
      if (column.size > 0) rests.set(name, column);
    }
    return rests.size === 0 ? { family } : { family, rests };
  }
}

/** The sums of some rows. */
function keptSums({ each, sums }: Totals, rows: readonly number[]): ExactColumn {
  const kept = new ExactColumn();
  rows.forEach((row, to) => {
    for (let entry = 0; entry < each; entry++) {
      const [high, ...rests] = sums.parts(row * each + entry);
      kept.add(to * each + entry, high, rests);
    }
  });
  return kept;
}
