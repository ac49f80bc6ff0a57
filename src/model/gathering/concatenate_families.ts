import { CollectionError, display } from "../errors.ts";
import type { LabelTable } from "../label_table.ts";
import {
  type AnyFamily,
  type Part,
  type PartName,
  type Parts,
  partsOf,
  withParts,
} from "../metric_types.ts";
import type { MetricFamily } from "../snapshot.ts";

/**
 * One family out of two of the same name: the series of the first, then those of the second.
 * Optional columns stay if both have them.
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
    const [head, tail] = [one[name], other[name]];
    if (part.kind === "shape") {
      if (part.agree !== "merging") checkEqual(first.name, name, head, tail);
    } else {
      parts[name] = head == null || tail == null
        ? undefined
        : joined(part, head as ArrayLike<unknown>, tail as ArrayLike<unknown>, first.labels.rows);
    }
  }
  const labels = concatenateTables(first.name, first.labels, second.labels);
  return withParts(first, { ...parts as Parts, labels });
}

/**
 * Refuses a table in which two rows have the same labels: a server would store one of them.
 *
 * @throws {CollectionError} If there is such a pair.
 */
export function checkDistinct(name: string, table: LabelTable): void {
  const seen = new Set<string>();
  for (let row = 0; row < table.rows; row++) {
    const labels = table.names
      .map((label, column) => [label, table.values[row * table.names.length + column]])
      .filter(([, value]) => value !== "")
      .sort(([one], [other]) => one < other ? -1 : 1);
    const key = JSON.stringify(labels);
    if (seen.has(key)) {
      throw new CollectionError(`${name}: two series have the labels ${key}; make them distinct`);
    }
    seen.add(key);
  }
}

function checkEqual(name: string, property: string, one: unknown, other: unknown): void {
  if (String(one) === String(other)) return;
  throw new CollectionError(
    `${name}: two collectors give it a different ${property}, ${display(one)} and ` +
      `${display(other)}; make them the same, or rename one`,
  );
}

function concatenateTables(name: string, first: LabelTable, second: LabelTable): LabelTable {
  const names = [...new Set([...first.names, ...second.names])];
  const values = [...project(first, names), ...project(second, names)];
  const table = { names, values, rows: first.rows + second.rows };
  checkDistinct(name, table);
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

function joined(
  { kind }: Part,
  head: ArrayLike<unknown>,
  tail: ArrayLike<unknown>,
  rows: number,
): ArrayLike<unknown> {
  if (kind === "numbers") {
    const both = new Float64Array(head.length + tail.length);
    both.set(head as Float64Array);
    both.set(tail as Float64Array, head.length);
    return both;
  }
  // The start times may be an array that has grown since.
  const first = kind === "created" ? Array.from(head).slice(0, rows) : Array.from(head);
  return [...first, ...Array.from(tail)];
}
