import type { LabelTable } from "../../model/label_table.ts";
import type { AggregateQuota } from "./aggregate_quota.ts";
import type { IdleTimes } from "./idle_times.ts";
import { Numbers } from "./numbers.ts";
import { SeriesRows } from "./series_rows.ts";

/** The series of a family, and when each was last sent to. */
export class DatedRows {
  /** The series by their labels. */
  readonly series: SeriesRows;
  readonly #touched = new Numbers();
  readonly #idle: IdleTimes;

  /** A family without series. */
  constructor(quota: AggregateQuota, idle: IdleTimes) {
    this.series = new SeriesRows(quota);
    this.#idle = idle;
  }

  /** The rows of label sets that are sent to; new ones are appended. */
  touch(table: LabelTable, now: number): number[] {
    const rows = this.series.resolve(table);
    while (this.#touched.length < this.series.count) this.restoreTime(now);
    for (const row of rows) {
      this.#idle.move(this.#touched.at(row), now);
      this.#touched.set(row, now);
    }
    return rows;
  }

  /** When a row was last sent to. */
  timeOf(row: number): number {
    return this.#touched.at(row);
  }

  /** Sets when the next row was last sent to that has no such time. */
  restoreTime(time: number): void {
    this.#touched.push(time);
    this.#idle.add(time);
  }

  /** The rows that are not idle; `undefined` if none is. */
  active(now: number): number[] | undefined {
    const times = this.#touched.view();
    if (!times.some((time) => this.#idle.isIdle(time, now))) return undefined;
    return [...times.keys()].filter((row) => !this.#idle.isIdle(times[row], now));
  }

  /** Keeps some rows, ascending. */
  keep(rows: readonly number[]): void {
    let next = 0;
    this.#touched.view().forEach((time, row) => {
      if (row === rows[next]) next++;
      else this.#idle.delete(time);
    });
    this.#touched.keep(rows);
    this.series.keep(rows);
  }

  /** Forgets all rows, which are not to be used any more. */
  detach(): void {
    for (const time of this.#touched.view()) this.#idle.delete(time);
    this.series.detach();
  }
}
