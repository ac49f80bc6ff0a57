import type { LabelTable } from "../model/label_table.ts";
import {
  type AnyFamily,
  entriesEach,
  type Part,
  type PartName,
  partsOf,
  type Shape,
} from "../model/metric_types.ts";
import type { MetricFamily } from "../model/snapshot.ts";

/** A family with some of its series only. Its columns of numbers and exemplars are copies. */
export function selectRows(family: AnyFamily, rows: readonly number[]): MetricFamily {
  const { type, name, help, unit, labels } = family;
  const parts: { [Name in PartName]?: unknown } = {};
  for (const [column, part] of partsOf(type)) {
    const value = family[column];
    if (value == null) continue;
    parts[column] = part.kind === "shape"
      ? value
      : selectCells(value as ArrayLike<unknown>, rows, sizeOf(family, part));
  }
  const header = unit === undefined ? { type, name, help } : { type, name, help, unit };
  return { ...header, labels: selectLabels(labels, rows), ...parts } as MetricFamily;
}

/** The label sets of some rows. */
export function selectLabels({ names, values }: LabelTable, rows: readonly number[]): LabelTable {
  return { names, values: selectCells(values, rows, names.length), rows: rows.length };
}

/** How many entries a column has in each row. */
export function sizeOf(family: AnyFamily, part: Exclude<Part, Shape>): number {
  return part.kind === "created" ? 1 : entriesEach(family, part);
}

function selectCells<Values extends ArrayLike<unknown>>(
  values: Values,
  rows: readonly number[],
  size: number,
): Values {
  const length = rows.length * size;
  const selected: { [cell: number]: unknown } = values instanceof Float64Array
    ? new Float64Array(length)
    : new Array<unknown>(length);
  let cell = 0;
  for (const row of rows) {
    for (let from = row * size; from < (row + 1) * size; from++) selected[cell++] = values[from];
  }
  return selected as unknown as Values;
}
