import type { FamilyDelta } from "../../deltas/delta.ts";
import type { LabelTable } from "../../model/label_table.ts";
import { type AnyFamily, type PartName, type Parts, withParts } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AggregateQuota } from "./aggregate_quota.ts";
import { CombinedValues } from "./combined_values.ts";
import type { KeptFamily, Moment } from "./kept_family.ts";
import type { LivingClient, LivingClients } from "./living_clients.ts";
import { LivingLayout, type LivingValue, valuesPerStep } from "./living_values.ts";
import { SeriesRows } from "./series_rows.ts";

/** The label that has the client's place in its list, if values are kept with their clients. */
const clientLabel = "__client";

/** A page without all series. */
interface Selection {
  readonly rows: readonly number[];
  readonly all: LabelTable;
  readonly table: LabelTable;
}

/**
 * A family whose values count while their clients live: a gauge that is summed up, a state set. A
 * series is on a page if a client that lives has a value of it.
 */
export class LivingFamily implements KeptFamily {
  readonly keeping = "living";
  readonly definition: MetricFamily;
  readonly series: SeriesRows;
  readonly #clients: LivingClients;
  readonly #layout: LivingLayout;
  /** The values of each client, by row. */
  readonly #values = new Map<LivingClient, Map<number, LivingValue>>();
  /** Number of clients that have a value of a row. */
  #holders: number[] = [];
  /** The rows of the last page that had not all: the same ones have the same lists again. */
  #selection: Selection | undefined;

  constructor(definition: MetricFamily, quota: AggregateQuota, clients: LivingClients) {
    this.definition = definition;
    this.series = new SeriesRows(quota);
    this.#clients = clients;
    this.#layout = new LivingLayout(definition);
  }

  apply({ family: given, gone }: FamilyDelta, { time, now, client }: Moment): void {
    const family: AnyFamily = given;
    // What is gone first: a series can be gone with others in the overflow series that are not.
    if (gone !== undefined) {
      for (const row of this.series.find(gone)) this.#delete(client, row, now);
    }
    this.series.resolve(family.labels).forEach((row, from) => {
      this.#set(client, row, this.#layout.read(family, from, time, now));
    });
  }

  /** Drops all values of a client. */
  forget(client: LivingClient, now: number): void {
    for (const row of [...this.#values.get(client)?.keys() ?? []]) this.#delete(client, row, now);
  }

  keep(rows: readonly number[]): void {
    const places = new Map(rows.map((row, to) => [row, to]));
    for (const [client, values] of this.#values) {
      const kept = new Map<number, LivingValue>();
      for (const [row, value] of values) {
        const to = places.get(row);
        if (to !== undefined) kept.set(to, value);
      }
      this.#clients.count(client, kept.size - values.size);
      if (kept.size > 0) this.#values.set(client, kept);
      else this.#values.delete(client);
    }
    this.#holders = rows.map((row) => this.#holders[row]);
    this.series.keep(rows);
  }

  staying(): readonly number[] | undefined {
    return this.#holders.includes(0)
      ? [...this.#holders.keys()].filter((row) => this.#holders[row] > 0)
      : undefined;
  }

  *page(now: number): Generator<void, MetricFamily | undefined, void> {
    const places = new Int32Array(this.series.count).fill(-1);
    const living: Map<number, LivingValue>[] = [];
    let count = 0;
    for (const [client, values] of this.#values) {
      if (this.#clients.isStale(client, now)) continue;
      living.push(values);
      for (const row of values.keys()) {
        places[row] = 0;
        if (++count % valuesPerStep === 0) yield;
      }
    }
    const rows: number[] = [];
    places.forEach((place, row) => {
      if (place === 0) places[row] = rows.push(row) - 1;
    });
    if (rows.length === 0) return undefined;
    const combined = new CombinedValues(this.#layout, rows.length);
    for (const values of living) {
      for (const [row, value] of values) {
        combined.add(places[row], value);
        if (++count % valuesPerStep === 0) yield;
      }
    }
    const values: LivingValue[] = [];
    while (values.length < rows.length) {
      combined.finish(values, Math.min(values.length + valuesPerStep, rows.length));
      yield;
    }
    return yield* this.#family(values, yield* this.#tableOf(rows));
  }

  *exact(now: number): Generator<void, FamilyDelta | undefined, void> {
    const family = yield* this.page(now);
    return family && { family };
  }

  /** All series, without values. */
  *dump(): Generator<void, FamilyDelta, void> {
    const nothing = this.#layout.operations.map(() => 0);
    const values = Array.from({ length: this.series.count }, () => ({ numbers: nothing, time: 0 }));
    return { family: yield* this.#family(values, this.series.table) };
  }

  /** All values, with a label that has the client's place, in steps. */
  *dumpValues(
    places: ReadonlyMap<LivingClient, number>,
  ): Generator<void, readonly FamilyDelta[], void> {
    const { names, values: texts } = this.series.table;
    const width = names.length;
    // A family has native buckets in all rows or in none.
    const groups = [[], []] as LivingValue[][];
    const labels = [[], []] as string[][];
    let count = 0;
    for (const [client, values] of this.#values) {
      const place = String(places.get(client));
      for (const [row, value] of values) {
        const group = value.native === undefined ? 1 : 0;
        groups[group].push(value);
        labels[group].push(place);
        for (let at = row * width; at < (row + 1) * width; at++) labels[group].push(texts[at]);
        if (++count % valuesPerStep === 0) yield;
      }
    }
    const deltas: FamilyDelta[] = [];
    for (const [at, group] of groups.entries()) {
      if (group.length === 0) continue;
      const table = { names: [clientLabel, ...names], values: labels[at], rows: group.length };
      deltas.push({ family: yield* this.#family(group, table) });
    }
    return deltas;
  }

  *times(): Iterable<number> {}

  restore({ family }: FamilyDelta): void {
    this.series.restore(family.labels);
    this.#extend();
  }

  /** Takes values that were kept, after all series. */
  restoreValues({ family: given }: FamilyDelta, clients: readonly LivingClient[]): void {
    const family: AnyFamily = given;
    const { names, values, rows } = family.labels;
    for (let row = 0; row < rows; row++) {
      const [place, ...texts] = values.slice(row * names.length, (row + 1) * names.length);
      const own = { names: names.slice(1), values: texts, rows: 1 };
      const value = this.#layout.read(family, row, 0, Infinity);
      this.#set(clients[Number(place)], this.series.find(own)[0], value);
    }
  }

  restoreTimes(): void {}

  detach(): void {
    for (const [client, values] of this.#values) this.#clients.count(client, -values.size);
    this.#values.clear();
    this.series.detach();
  }

  #set(client: LivingClient, row: number, value: LivingValue): void {
    this.#extend();
    const values = this.#values.get(client) ?? new Map<number, LivingValue>();
    this.#values.set(client, values);
    if (!values.has(row)) {
      this.#holders[row]++;
      this.#clients.count(client, 1);
    }
    values.set(row, value);
  }

  #extend(): void {
    while (this.#holders.length < this.series.count) this.#holders.push(0);
  }

  #delete(client: LivingClient, row: number, now: number): void {
    const values = this.#values.get(client);
    if (!values?.delete(row)) return;
    if (values.size === 0) this.#values.delete(client);
    this.#clients.count(client, -1);
    if (--this.#holders[row] === 0) this.#clients.noteUnheld(now);
  }

  *#family(
    values: readonly LivingValue[],
    labels: LabelTable,
  ): Generator<void, MetricFamily, void> {
    const parts: { [Name in PartName]?: unknown } = yield* this.#layout.write(values);
    return withParts(this.definition, { ...parts as Parts, labels });
  }

  /** The labels of some rows, with the lists of the last page if these are the same. */
  *#tableOf(rows: readonly number[]): Generator<void, LabelTable, void> {
    const all = this.series.table;
    if (rows.length === all.rows) return all;
    const last = this.#selection;
    if (
      last !== undefined && last.all.values === all.values && last.rows.length === rows.length &&
      rows.every((row, at) => row === last.rows[at])
    ) return last.table;
    const width = all.names.length;
    const values: string[] = [];
    for (const [at, row] of rows.entries()) {
      for (let cell = row * width; cell < (row + 1) * width; cell++) values.push(all.values[cell]);
      if ((at + 1) % valuesPerStep === 0) yield;
    }
    const table = { names: all.names, values, rows: rows.length };
    this.#selection = { rows, all, table };
    return table;
  }
}
