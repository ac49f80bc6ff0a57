import { CollectionError } from "./errors.ts";
import type { LabelTable } from "./label_table.ts";
import type { MetricFamily } from "./snapshot.ts";

/**
 * One family out of two of the same name: the series of the first, then those of the second.
 *
 * @throws {CollectionError} Where type, help, unit or buckets differ, or both have a series with
 * the same labels.
 */
export function mergeFamilies(first: MetricFamily, second: MetricFamily): MetricFamily {
  const { name } = first;
  if (first.help !== second.help || first.unit !== second.unit) {
    throw new CollectionError(
      `${name}: two collectors give it a different help or unit; make them the same`,
    );
  }
  const labels = mergeTables(name, first.labels, second.labels);
  if (first.type === "histogram" && second.type === "histogram") {
    if (first.bounds.join() !== second.bounds.join()) {
      throw new CollectionError(`${name}: two collectors give it different buckets; use the same`);
    }
    const buckets = joined(first.buckets, second.buckets);
    return { ...first, labels, buckets, sums: joined(first.sums, second.sums) };
  }
  if (first.type !== "histogram" && first.type === second.type) {
    return { ...first, labels, values: joined(first.values, second.values) };
  }
  throw new CollectionError(
    `${name}: one collector gives a ${first.type}, another a ${second.type}; rename one`,
  );
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

function joined(first: Float64Array, second: Float64Array): Float64Array {
  const both = new Float64Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
