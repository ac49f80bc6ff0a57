import { CollectionError, display } from "../errors.ts";
import { labelKey } from "../label_key.ts";
import type { LabelTable } from "../label_table.ts";
import { type AnyFamily, metricTypes } from "../metric_types.ts";
import { checkLabelName } from "../names.ts";

/** Checks a row of what was copied. */
export type RowCheck = (row: number) => void;

/** A table that passed, with the label that its type could not have. */
interface Checked {
  readonly table: LabelTable;
  readonly reserved: string | undefined;
}

/** The table of the last check, by the list of label names that the collector gave. */
const lastChecked = new WeakMap<readonly string[], Checked>();

/** Copies by the lists that collectors gave. */
const copies = new WeakMap<readonly unknown[], readonly unknown[]>();

/**
 * A copy of a list: the same one as before if the list still has the same entries, because encoders
 * keep what they have written by the identity of lists.
 */
export function copyOf<Entry>(list: readonly Entry[]): readonly Entry[] {
  const known = copies.get(list) as readonly Entry[] | undefined;
  if (known !== undefined && known.length === list.length && isBeginning(known, list)) return known;
  const copy = list.slice();
  copies.set(list, copy);
  return copy;
}

/**
 * Copies the label table of a family. Rows are checked by a check that is added to `checks`, unless
 * the table is the same as last time.
 *
 * @throws {MetricsError} If it is no table, or has a name that is malformed, reserved or repeated.
 */
export function copyTable({ type, name, labels }: AnyFamily, checks: RowCheck[]): LabelTable {
  const { names: givenNames, values: givenValues, rows } = { ...labels };
  const isSized = Array.isArray(givenNames) && Array.isArray(givenValues) &&
    Number.isInteger(rows) && rows >= 0 && givenValues.length >= rows * givenNames.length;
  if (!isSized) {
    throw new CollectionError(`${name}: its label table is malformed; make it with labelTable()`);
  }
  const reserved = metricTypes[type].reservedLabel?.(name);
  const names = copyOf<string>(givenNames);
  const last = lastChecked.get(givenNames);
  if (
    last !== undefined && last.reserved === reserved && last.table.names === names &&
    last.table.rows === rows && isBeginning(last.table.values, givenValues)
  ) return last.table;
  const seen = new Set<string>();
  names.forEach((label, column) => {
    checkLabelName(name, label, { reserved, utf8Names: true });
    // With indexOf(), 100,000 names that somebody sent would take ten seconds.
    if (seen.add(label).size === column) {
      throw new CollectionError(`${name}: label "${label}" is there twice; name it once`);
    }
  });
  const values: string[] = givenValues.slice(0, rows * names.length);
  const table = { names, values, rows };
  const isDistinct = distinctRows(name, table);
  checks.push((row) => {
    for (let at = row * names.length; at < (row + 1) * names.length; at++) {
      const value: unknown = values[at];
      if (typeof value !== "string") {
        const label = names[at % names.length];
        throw new CollectionError(`${name}: label "${label}": ${display(value)} is not a text`);
      }
      // A text that was cut through an emoji.
      if (!value.isWellFormed()) values[at] = value.toWellFormed();
    }
    isDistinct(row);
    if (row === rows - 1) lastChecked.set(givenNames, { table, reserved });
  });
  return table;
}

/**
 * Refuses a row with the labels of an earlier one: a server would store one of them. Rows must be
 * given in their order.
 *
 * @throws {CollectionError} If there is such a pair.
 */
export function distinctRows(name: string, { names, values }: LabelTable): RowCheck {
  const seen = new Set<string>();
  return (row) => {
    const set = values.slice(row * names.length, (row + 1) * names.length);
    // An empty value is an absent label in all rows, so the values alone tell label sets apart.
    const size = seen.add(labelKey(set)).size;
    if (size > row) return;
    const labels = JSON.stringify(
      names.map((label, column) => [label, set[column]]).filter(([, value]) => value !== ""),
    );
    throw new CollectionError(`${name}: two series have the labels ${labels}; make them distinct`);
  };
}

function isBeginning(copy: readonly unknown[], list: readonly unknown[]): boolean {
  for (let at = 0; at < copy.length; at++) if (copy[at] !== list[at]) return false;
  return true;
}
