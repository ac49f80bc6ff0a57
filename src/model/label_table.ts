/**
 * The label sets of a family's series, a row a series, all rows with the same columns.
 *
 * An empty value means that the series does not have the label, as in Prometheus' data model.
 * Columns instead of an object a series: a snapshot of 10,000 series is one reference.
 */
export interface LabelTable {
  /** The label names, one a column. */
  readonly names: readonly string[];
  /**
   * The values, row after row. The array may be longer than the table: a family appends to it, so
   * that older snapshots stay true and a format's cache of it can grow instead of being rebuilt.
   */
  readonly values: readonly string[];
  /** How many series the table holds. */
  readonly rows: number;
}

/** Labels of one series by name. */
export type LabelRecord = Readonly<Record<string, string>>;

/**
 * The labels of one row, without those that the series does not have.
 *
 * @example
 * ```ts
 * import { labelsOfRow, labelTable } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const table = labelTable([{ region: "eu" }, { region: "us", zone: "a" }]);
 * assertEquals(labelsOfRow(table, 1), { region: "us", zone: "a" });
 * ```
 */
export function labelsOfRow(table: LabelTable, row: number): LabelRecord {
  const labels: Record<string, string> = {};
  table.names.forEach((name, column) => {
    const value = table.values[row * table.names.length + column];
    if (value !== "") Object.defineProperty(labels, name, { value, enumerable: true });
  });
  return labels;
}

/**
 * Puts label sets that may differ in their names into one table.
 *
 * @example
 * ```ts
 * import { labelTable } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const table = labelTable([{ region: "eu" }, { region: "us", zone: "a" }]);
 * assertEquals(table, { names: ["region", "zone"], values: ["eu", "", "us", "a"], rows: 2 });
 * ```
 */
export function labelTable(sets: readonly LabelRecord[]): LabelTable {
  const names = [...new Set(sets.flatMap((set) => Object.keys(set)))];
  const values = sets.flatMap((set) =>
    names.map((name) => Object.hasOwn(set, name) ? set[name] : "")
  );
  return { names, values, rows: sets.length };
}
