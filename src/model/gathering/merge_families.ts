import { CollectionError, display } from "../errors.ts";
import type { LabelTable } from "../label_table.ts";
import type { MetricFamily } from "../snapshot.ts";

/** What two families of one name must share, besides the name. */
const shared = ["type", "help", "unit", "bounds", "quantiles", "states"];

/** What there is once a row, or several times. */
const columns = [
  "values",
  "times",
  "buckets",
  "sums",
  "counts",
  "created",
  "exemplars",
  "native",
];

/**
 * One family out of two of the same name: the series of the first, then those of the second.
 * Optional columns stay where both have them.
 *
 * @throws {CollectionError} Where type, help, unit or buckets differ, or both have a series with
 * the same labels.
 */
export function mergeFamilies(first: MetricFamily, second: MetricFamily): MetricFamily {
  const merged: Record<string, unknown> = { ...first };
  const [one, other]: Readonly<Record<string, unknown>>[] = [{ ...first }, { ...second }];
  for (const property of shared) {
    if (String(one[property]) === String(other[property])) continue;
    throw new CollectionError(
      `${first.name}: two collectors give it a different ${property}, ${display(one[property])} ` +
        `and ${display(other[property])}; make them the same, or rename one`,
    );
  }
  merged.labels = mergeTables(first.name, first.labels, second.labels);
  for (const column of columns) {
    const [head, tail] = [one[column], other[column]] as (ArrayLike<unknown> | undefined)[];
    if (head === undefined || tail === undefined) delete merged[column];
    else merged[column] = joined(column, head, tail, first.labels.rows);
  }
  return merged as unknown as MetricFamily;
}

/**
 * Refuses a table in which two rows have the same labels: a server would keep one of them.
 *
 * @throws {CollectionError} Where there is such a pair.
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

function mergeTables(name: string, first: LabelTable, second: LabelTable): LabelTable {
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
  column: string,
  head: ArrayLike<unknown>,
  tail: ArrayLike<unknown>,
  rows: number,
): ArrayLike<unknown> {
  if (head instanceof Float64Array && tail instanceof Float64Array) {
    const both = new Float64Array(head.length + tail.length);
    both.set(head);
    both.set(tail, head.length);
    return both;
  }
  // The times of creation may be an array that has grown since.
  const first = column === "created" ? Array.from(head).slice(0, rows) : Array.from(head);
  return [...first, ...Array.from(tail)];
}
