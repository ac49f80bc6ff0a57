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
import { DistinctRows } from "./distinct_rows.ts";

/** Rows of a step: 10,000 take some 2 ms. */
const rowsPerStep = 1024;

/**
 * One family out of two of the same name, in steps: the series of the first, then those of the second.
 * Optional columns stay if both have them; exemplars and timestamps stay if one has them. Neither
 * family may change meanwhile.
 *
 * @param areDistinct Whether it is known that they have no series in common; to find that out takes
 * longer than all the rest.
 * @throws {CollectionError} If type, help, unit or a shape differ, or both have a series with the
 * same labels.
 */
export function* concatenateInSteps(
  first: MetricFamily,
  second: MetricFamily,
  areDistinct: boolean = false,
): Generator<void, MetricFamily, void> {
  for (const property of ["type", "help", "unit"] as const) {
    checkEqual(first.name, property, first[property], second[property]);
  }
  const [one, other]: readonly AnyFamily[] = [first, second];
  const parts: { [Name in PartName]?: unknown } = {};
  for (const [name, part] of partsOf(first.type)) {
    if (part.kind !== "shape") {
      parts[name] = joined(one, other, name, part);
      yield;
    } else if (part.agree !== "merging") {
      checkEqual(first.name, name, one[name], other[name]);
    }
  }
  const labels = yield* concatenateTables(
    first.labels,
    second.labels,
    areDistinct ? undefined : (table) => new DistinctRows(first.name, table),
  );
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

function* concatenateTables(
  first: LabelTable,
  second: LabelTable,
  distinctOf: ((table: LabelTable) => DistinctRows) | undefined,
): Generator<void, LabelTable, void> {
  const names = [...new Set([...first.names, ...second.names])];
  const values: string[] = [];
  const table = { names, values, rows: first.rows + second.rows };
  const distinct = distinctOf?.(table);
  let rows = 0;
  for (const part of [first, second]) {
    const width = part.names.length;
    // A column that it lacks is empty.
    const columns = names.map((label) => part.names.indexOf(label));
    for (let row = 0; row < part.rows; row++) {
      for (const column of columns) {
        values.push(column < 0 ? "" : part.values[row * width + column]);
      }
      distinct?.add(rows);
      rows++;
      if (rows % rowsPerStep === 0) yield;
    }
  }
  return table;
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
  const [head, tail] = columns as ArrayLike<unknown>[];
  if (part.kind !== "numbers") return Array.from(head).concat(Array.from(tail));
  const numbers = new Float64Array(head.length + tail.length);
  numbers.set(head as ArrayLike<number>);
  numbers.set(tail as ArrayLike<number>, head.length);
  return numbers;
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
