import type { FamilyDelta } from "../../deltas/delta.ts";
import { type AnyFamily, type Parts, withParts } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AggregateQuota } from "./aggregate_quota.ts";
import { DatedRows } from "./dated_rows.ts";
import type { IdleTimes } from "./idle_times.ts";
import type { KeptFamily, Moment } from "./kept_family.ts";
import { Numbers } from "./numbers.ts";
import type { SeriesRows } from "./series_rows.ts";

/** A family of which the value counts that was sent last, of whichever client: a gauge or an info. */
export class LatestFamily implements KeptFamily {
  readonly keeping = "latest";
  readonly definition: MetricFamily;
  readonly #rows: DatedRows;
  /** The values and their times; an info has none. */
  readonly #values = new Numbers();
  readonly #times = new Numbers();

  constructor(definition: MetricFamily, quota: AggregateQuota, idle: IdleTimes) {
    this.definition = definition;
    this.#rows = new DatedRows(quota, idle);
  }

  get series(): SeriesRows {
    return this.#rows.series;
  }

  apply({ family: given }: FamilyDelta, { time, now }: Moment): void {
    const family: AnyFamily = given;
    const rows = this.#rows.touch(family.labels, now);
    if (family.values === undefined) return;
    const { values, times } = family;
    rows.forEach((row, from) => {
      const set = timeOf(times?.[from], time, now);
      if (row === this.#values.length) {
        this.#values.push(values[from]);
        this.#times.push(set);
      } else if (set >= this.#times.at(row)) {
        this.#values.set(row, values[from]);
        this.#times.set(row, set);
      }
    });
  }

  keep(rows: readonly number[]): void {
    this.#rows.keep(rows);
    this.#values.keep(rows);
    this.#times.keep(rows);
  }

  staying(now: number): readonly number[] | undefined {
    return this.#rows.active(now);
  }

  *page(): Generator<void, MetricFamily | undefined, void> {
    if (this.series.count === 0) return undefined;
    const page = this.#snapshot();
    yield;
    return page;
  }

  *exact(): Generator<void, FamilyDelta | undefined, void> {
    const family = yield* this.page();
    return family && { family };
  }

  *dump(): Generator<void, FamilyDelta, void> {
    const family = this.#snapshot();
    yield;
    return { family };
  }

  *times(): Iterable<number> {
    for (let row = 0; row < this.series.count; row++) yield this.#rows.timeOf(row);
  }

  restore({ family: given }: FamilyDelta): void {
    const { labels, values, times }: AnyFamily = given;
    this.series.restore(labels);
    values?.forEach((value) => this.#values.push(value));
    times?.forEach((time) => this.#times.push(time));
  }

  restoreTimes(next: () => number): void {
    for (let row = 0; row < this.series.count; row++) this.#rows.restoreTime(next());
  }

  detach(): void {
    this.#rows.detach();
  }

  #snapshot(): MetricFamily {
    const parts: Parts = this.definition.type === "info"
      ? {}
      : { values: this.#values.view().slice(), times: this.#times.view().slice() };
    return withParts(this.definition, { ...parts, labels: this.series.table });
  }
}

/**
 * When a client set a value: as it says, or else when it made its batch. It is not ahead of the
 * aggregator's time, or the value would stay for so long.
 *
 * @param told What it says; NaN if that is not known of this value.
 */
export function timeOf(told: number | undefined, time: number, now: number): number {
  return Math.max(0, Math.min(Number.isFinite(told) ? told! : time, now));
}
