import type { Exemplar, MetricFamily } from "../../mod.ts";
import { labelsOfRow, type NativeBuckets } from "../../src/core.ts";
import { type FamilyDelta, keepingOf } from "../../src/deltas/delta.ts";
import { ExactColumn } from "../../src/deltas/exact.ts";
import { mergeNative } from "../../src/merge/merge_native.ts";
import {
  type AnyFamily,
  entriesEach,
  type PartName,
  partsOf,
} from "../../src/model/metric_types.ts";

/** What a series of a family comes to. */
export interface FoldedSeries {
  /** Its numbers by part, without quantiles and timestamps. */
  readonly numbers: Readonly<Partial<Record<PartName, readonly number[]>>>;
  /** By their place in the row, those that there are. */
  readonly exemplars: Readonly<Record<number, Exemplar>>;
  readonly native: NativeBuckets | undefined;
}

/** The series of a family, added up from deltas as simply as can be. */
export class FoldedDeltas {
  readonly #series = new Map<string, Sums>();

  apply(delta: FamilyDelta): void {
    const { family, gone } = delta;
    const isTotal = keepingOf(family) === "total";
    for (let row = 0; row < family.labels.rows; row++) {
      const key = keyOf(family, row);
      const present = isTotal ? this.#series.get(key) : undefined;
      this.#series.set(key, add(present, delta, row));
    }
    for (let row = 0; row < (gone?.rows ?? 0); row++) {
      this.#series.delete(JSON.stringify(labelsOfRow(gone!, row)));
    }
  }

  /** By labels as JSON. */
  get series(): ReadonlyMap<string, FoldedSeries> {
    return new Map([...this.#series].map(([key, { columns, exemplars, native }]) => {
      const numbers = Object.fromEntries(
        [...columns].map(([name, column]) => [name, [...column.values()]]),
      );
      return [key, { numbers, exemplars, native }];
    }));
  }
}

interface Sums {
  readonly columns: ReadonlyMap<PartName, ExactColumn>;
  readonly exemplars: Readonly<Record<number, Exemplar>>;
  readonly native: NativeBuckets | undefined;
}

/** A row of a snapshot, as it is after all deltas. */
export function seriesOfSnapshot(family: MetricFamily): ReadonlyMap<string, FoldedSeries> {
  const folded = new FoldedDeltas();
  const { labels: { rows } } = family;
  folded.apply({ family: family.type === "summary" ? { ...family, quantiles: [] } : family });
  if (folded.series.size !== rows) throw new Error(`${family.name}: labels are not distinct`);
  return folded.series;
}

function add(present: Sums | undefined, { family, rests }: FamilyDelta, row: number): Sums {
  const all: AnyFamily = family;
  const columns = new Map(present?.columns);
  const exemplars: Record<number, Exemplar> = { ...present?.exemplars };
  let native = present?.native;
  for (const [name, part] of partsOf(family.type)) {
    if (all[name] == null || name === "timestamps") continue;
    if (part.kind === "native") {
      const now = all.native![row];
      native = native === undefined ? now : mergeNative(native, now);
    }
    if (part.kind !== "numbers" && part.kind !== "exemplars") continue;
    const size = entriesEach(family, part);
    const column = columns.get(name) ?? new ExactColumn();
    if (part.kind === "numbers") columns.set(name, column);
    for (let entry = 0; entry < size; entry++) {
      const cell = row * size + entry;
      const exemplar = all.exemplars?.[cell];
      if (part.kind === "exemplars") {
        if (exemplar !== undefined) exemplars[entry] = exemplar;
      } else column.add(entry, (all[name] as Float64Array)[cell], rests?.get(name)?.get(cell));
    }
  }
  return { columns, exemplars, native };
}

function keyOf({ labels }: MetricFamily, row: number): string {
  return JSON.stringify(labelsOfRow(labels, row));
}
