import { CollectionError, display } from "../errors.ts";
import type { LabelTable } from "../label_table.ts";
import { type AnyFamily, metricTypes } from "../metric_types.ts";
import { checkLabelName } from "../names.ts";
import { DistinctRows } from "./distinct_rows.ts";

/** Rows that are checked in a step: 10,000 take 1 ms, and five times as long on a first page. */
export const rowsPerStep = 2048;

/** Values that are compared in a step. */
const valuesPerStep = 16_384;

/** A table that passed, with the label that its type could not have. */
interface PassedTable {
  readonly table: LabelTable;
  readonly reserved: string | undefined;
}

/** The table of the last check, by the copy of its label names. */
const lastPassed = new WeakMap<readonly string[], PassedTable>();

/** Copies by the lists that collectors gave. */
const copies = new WeakMap<readonly unknown[], readonly unknown[]>();

/**
 * A copy of a list: the same one as before if the list still has the same entries, because encoders
 * keep what they have written by the identity of lists.
 */
export function copyOf<Entry>(list: readonly Entry[]): readonly Entry[] {
  const known = copies.get(list) as readonly Entry[] | undefined;
  if (known !== undefined && isSameList(known, list)) return known;
  const copy = list.slice();
  copies.set(list, copy);
  return copy;
}

/**
 * Copies the label table of a family.
 *
 * @param isOnce Whether the lists are new and never given again, so that it does not pay to remember
 * them: that takes 5 µs for each, more than the check of a few series.
 * @throws {CollectionError} If it is no table.
 */
export function copyTable({ name, labels }: AnyFamily, isOnce = false): LabelTable {
  const { names, values, rows } = { ...labels };
  const isSized = Array.isArray(names) && Array.isArray(values) &&
    Number.isInteger(rows) && rows >= 0 && values.length >= rows * names.length;
  if (!isSized) {
    throw new CollectionError(`${name}: its label table is malformed; make it with labelTable()`);
  }
  return {
    names: isOnce ? names.slice() : copyOf<string>(names),
    values: values.slice(0, rows * names.length),
    rows,
  };
}

/**
 * Checks the copy of a table in steps. Returns the table that passed before if it is the same now: a
 * steady collector is checked in a tenth of the time, and encoders find what they wrote of it.
 *
 * @param last The names of the table that passed last time, if a collector makes new lists each time.
 * @param isOnce Whether the table is neither looked for nor remembered.
 * @throws {MetricsError} If a name is malformed, reserved or repeated, a value is no text, or two
 * rows are the same.
 */
export function* checkTable(
  { type, name, labels }: AnyFamily,
  last?: readonly string[],
  isOnce = false,
): Generator<void, LabelTable, void> {
  const { names, values, rows } = labels;
  const reserved = metricTypes[type].reservedLabel?.(name);
  for (const key of isOnce ? [] : new Set([last ?? names, names])) {
    const known = lastPassed.get(key);
    if (known === undefined || known.reserved !== reserved) continue;
    if (yield* isSameTable(known.table, labels)) return known.table;
  }
  checkNames(name, names, reserved);
  const distinct = new DistinctRows(name, labels, (value: unknown, at) => {
    if (typeof value !== "string") {
      const label = names[at % names.length];
      throw new CollectionError(`${name}: label "${label}": ${display(value)} is not a text`);
    }
    // A text that was cut through an emoji.
    return value.isWellFormed() ? value : (values as string[])[at] = value.toWellFormed();
  });
  for (let row = 0; row < rows; row++) {
    distinct.add(row);
    if (row % rowsPerStep === rowsPerStep - 1) yield;
  }
  if (!isOnce) lastPassed.set(names, { table: labels, reserved });
  return labels;
}

function checkNames(name: string, names: readonly string[], reserved: string | undefined): void {
  const seen = new Set<string>();
  names.forEach((label, column) => {
    checkLabelName(name, label, { reserved, utf8Names: true });
    // With indexOf(), 100,000 names that somebody sent would take ten seconds.
    if (seen.add(label).size === column) {
      throw new CollectionError(`${name}: label "${label}" is there twice; name it once`);
    }
  });
}

function* isSameTable(one: LabelTable, other: LabelTable): Generator<void, boolean, void> {
  if (one.rows !== other.rows || !isSameList(one.names, other.names)) return false;
  for (let at = 0; at < one.values.length; at++) {
    if (one.values[at] !== other.values[at]) return false;
    if (at % valuesPerStep === valuesPerStep - 1) yield;
  }
  return true;
}

/** Whether two lists have the same entries. */
export function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((entry, at) => entry === other[at]);
}
