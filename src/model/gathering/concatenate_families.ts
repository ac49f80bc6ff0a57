import { CollectionError, display } from "../errors.ts";
import type { LabelTable } from "../label_table.ts";
import {
  type AnyFamily,
  entriesEach,
  type Part,
  type PartName,
  type Parts,
  partsOf,
  type Shape,
  withParts,
} from "../metric_types.ts";
import type { MetricFamily } from "../snapshot.ts";
import { distinctRows } from "./check_table.ts";

/**
 * One family out of two of the same name: the series of the first, then those of the second.
 * Optional columns stay if both have them; exemplars and timestamps stay if one has them.
 *
 * @throws {CollectionError} If type, help, unit or a shape differ, or both have a series with the
 * same labels.
 */
export function concatenateFamilies(first: MetricFamily, second: MetricFamily): MetricFamily {
  for (const property of ["type", "help", "unit"] as const) {
    checkEqual(first.name, property, first[property], second[property]);
  }
  const [one, other]: readonly AnyFamily[] = [first, second];
  const parts: { [Name in PartName]?: unknown } = {};
  for (const [name, part] of partsOf(first.type)) {
    if (part.kind !== "shape") parts[name] = joined(one, other, name, part);
    else if (part.agree !== "merging") checkEqual(first.name, name, one[name], other[name]);
  }
  const labels = concatenateTables(first.name, first.labels, second.labels);
  return withParts(first, { ...parts as Parts, labels });
}

function checkEqual(name: string, property: string, one: unknown, other: unknown): void {
  // As text, two states "a" and "b" would be the same as one state "a,b".
  if (JSON.stringify(one) === JSON.stringify(other)) return;
  throw new CollectionError(
    `${name}: two collectors give it a different ${property}, ${display(one)} and ` +
      `${display(other)}; make them the same, or rename one`,
  );
}

function concatenateTables(name: string, first: LabelTable, second: LabelTable): LabelTable {
  const names = [...new Set([...first.names, ...second.names])];
  const values = [...project(first, names), ...project(second, names)];
  const table = { names, values, rows: first.rows + second.rows };
  const check = distinctRows(name, table);
  for (let row = 0; row < table.rows; row++) check(row);
  return table;
}

/** A table's values under other columns; a column that it lacks is empty. */
function project(table: LabelTable, names: readonly string[]): string[] {
  const columns = names.map((name) => table.names.indexOf(name));
  const width = table.names.length;
  return Array.from(
    { length: table.rows },
    (_, row) => columns.map((column) => column < 0 ? "" : table.values[row * width + column]),
  ).flat();
}

/** The column of both families; none if one lacks it, unless something stands for what is absent. */
function joined(
  one: AnyFamily,
  other: AnyFamily,
  name: PartName,
  part: Exclude<Part, Shape>,
): unknown {
  if (one[name] == null && other[name] == null) return undefined;
  const columns = [one, other].map((family) => columnOf(family, name, part));
  if (columns.includes(undefined)) return undefined;
  const entries = columns.flatMap((column) => Array.from(column!));
  return part.kind === "numbers" ? Float64Array.from(entries as number[]) : entries;
}

function columnOf(
  family: AnyFamily,
  name: PartName,
  part: Exclude<Part, Shape>,
): ArrayLike<unknown> | undefined {
  const { [name]: column, labels: { rows } } = family;
  if (column != null) {
    // The start times may be a list that has grown since.
    return part.kind === "created" ? Array.from(family.created!).slice(0, rows) : column;
  }
  return part.kind !== "created" && "absent" in part
    ? new Array<unknown>(rows * entriesEach(family, part)).fill(part.absent)
    : undefined;
}
