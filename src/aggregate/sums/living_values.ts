import type { Exemplar } from "../../model/exemplar.ts";
import { readMerge } from "../../model/gauge_merge.ts";
import { type AnyFamily, entriesEach, type PartName, partsOf } from "../../model/metric_types.ts";
import type { MetricFamily, NativeBuckets } from "../../model/snapshot.ts";
import type { MergeOperation } from "../../merge/merge_operations.ts";
import { timeOf } from "./latest_family.ts";
import { type KeptColumn, numberColumns } from "./number_columns.ts";

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

  /** The parts of a family that has these values, one a row. */
  write(values: readonly LivingValue[]): { [Name in PartName]?: unknown } {
    const parts: { [Name in PartName]?: unknown } = {};
    let offset = 0;
    for (const { name, each } of this.columns) {
      const column = new Float64Array(values.length * each);
      values.forEach(({ numbers }, row) => {
        for (let entry = 0; entry < each; entry++) {
          column[row * each + entry] = numbers[offset + entry];
        }
      });
      parts[name] = column;
      offset += each;
    }
    if (this.operations.includes("mostRecent")) {
      parts.times = Float64Array.from(values, ({ time }) => time);
    }
    if (values.some(({ exemplars }) => exemplars !== undefined)) {
      const none = new Array<undefined>(this.exemplarsEach).fill(undefined);
      parts.exemplars = values.flatMap(({ exemplars }) => exemplars ?? none);
    }
    const native = values.flatMap(({ native }) => native ?? []);
    if (native.length > 0 && native.length === values.length) parts.native = native;
    return parts;
  }
}
