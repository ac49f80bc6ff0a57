import type { Exemplar } from "../../model/exemplar.ts";
import { readMerge } from "../../model/gauge_merge.ts";
import { type AnyFamily, entriesEach, type PartName, partsOf } from "../../model/metric_types.ts";
import type { MetricFamily, NativeBuckets } from "../../model/snapshot.ts";
import type { MergeOperation } from "../../merge/merge_operations.ts";
import { timeOf } from "./latest_family.ts";
import { type KeptColumn, numberColumns } from "./number_columns.ts";

/** Values after which other work may run. */
export const valuesPerStep = 4096;

/** What a client has of a series. */
export interface LivingValue {
  /** Its numbers, column after column. */
  readonly numbers: readonly number[];
  /** When they were set; the client's time, but not ahead of the aggregator's. */
  readonly time: number;
  /** Its exemplars, if it has any. */
  readonly exemplars?: readonly (Exemplar | undefined)[];
  /** Its native buckets, if it has any. */
  readonly native?: NativeBuckets;
}

/** How a family's values lie in a row, and become one. */
export class LivingLayout {
  /** The columns of numbers, without `times`. */
  readonly columns: readonly KeptColumn[];
  /** Exemplars of a row. */
  readonly exemplarsEach: number;
  /** How each number of a row and those of other clients become one. */
  readonly operations: readonly (MergeOperation | "mostRecent")[];

  /** The layout of a family of living values. */
  constructor(definition: MetricFamily) {
    const { type, merge }: AnyFamily = definition;
    this.columns = numberColumns(definition).filter(({ name }) => name !== "times");
    const exemplars = partsOf(type).find(([name]) => name === "exemplars")?.[1];
    this.exemplarsEach = exemplars?.kind === "exemplars" ? entriesEach(definition, exemplars) : 0;
    // Gauges that have a series for each client are refused.
    const ofGauge = readMerge(merge).operation as MergeOperation | "mostRecent";
    this.operations = this.columns.flatMap(({ each, part }) =>
      new Array<MergeOperation | "mostRecent">(each)
        .fill(part.merge === "gauge" ? ofGauge : part.merge)
    );
  }

  /** What a family has in a row. */
  read(family: AnyFamily, row: number, time: number, now: number): LivingValue {
    const { times, exemplars, native } = family;
    const numbers = this.columns.flatMap(({ name, each }) =>
      Array.from((family[name] as Float64Array).subarray(row * each, (row + 1) * each))
    );
    const each = this.exemplarsEach;
    const own = exemplars?.slice(row * each, (row + 1) * each);
    return {
      numbers,
      time: timeOf(times?.[row], time, now),
      ...own?.some((exemplar) => exemplar !== undefined) ? { exemplars: own } : {},
      ...native === undefined ? {} : { native: native[row] },
    };
  }

  /** The parts of a family that has these values, one a row, in steps. */
  *write(
    values: readonly LivingValue[],
  ): Generator<void, { [Name in PartName]?: unknown }, void> {
    const columns = this.columns.map(({ name, each }) => ({
      name,
      each,
      cells: new Float64Array(values.length * each),
    }));
    const times = this.operations.includes("mostRecent")
      ? new Float64Array(values.length)
      : undefined;
    const none = new Array<undefined>(this.exemplarsEach).fill(undefined);
    const exemplars: (Exemplar | undefined)[] = [];
    const natives: NativeBuckets[] = [];
    let hasExemplars = false;
    for (const [row, value] of values.entries()) {
      let offset = 0;
      for (const { each, cells } of columns) {
        for (let entry = 0; entry < each; entry++) {
          cells[row * each + entry] = value.numbers[offset + entry];
        }
        offset += each;
      }
      if (times !== undefined) times[row] = value.time;
      if (value.exemplars !== undefined) hasExemplars = true;
      exemplars.push(...value.exemplars ?? none);
      if (value.native !== undefined) natives.push(value.native);
      if ((row + 1) % valuesPerStep === 0) yield;
    }
    return {
      ...Object.fromEntries(columns.map(({ name, cells }) => [name, cells])),
      ...times && { times },
      ...hasExemplars && { exemplars },
      ...natives.length > 0 && natives.length === values.length && { native: natives },
    };
  }
}
