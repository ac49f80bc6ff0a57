import type { LabelSet } from "../../model/family/labels.ts";
import { labelText } from "./label_set.ts";

/** Where the label values of cells are kept, row after row. */
interface ValueTable {
  /** The values, to which those of the next row are appended. */
  readonly values: string[];
  /** The string to keep in the place of a value of a label; `undefined` if it is to be kept itself. */
  instead(value: string, label: number): string | undefined;
}

/** The values of labels as texts, in the order of the names. */
export function valuesOf(names: readonly string[], labels: LabelSet): readonly string[] {
  return names.map((name) => {
    const value = labels[name];
    // What all objects have, such as `constructor`, is no label.
    const isOwn = typeof value === "string" || Object.hasOwn(labels, name);
    return isOwn ? labelText(value) : "";
  });
}

/**
 * Appends the values of labels. Of values of which there are few, those that the table has already take
 * the place of those in the labels, so that they are in memory once.
 */
export function appendValues(
  names: readonly string[],
  labels: Record<string, unknown>,
  table: ValueTable,
): void {
  const { values } = table;
  const start = values.length;
  let column = 0;
  for (const name in labels) {
    const value = labels[name];
    if (name !== names[column] || typeof value !== "string") break;
    const kept = table.instead(value, column++);
    if (kept !== undefined) labels[name] = kept;
    values.push(kept ?? value);
  }
  while (column < names.length && !(names[column] in labels)) {
    values.push("");
    column++;
  }
  if (column === names.length) return;
  values.length = start;
  appendInAnyOrder(names, labels, table);
}

function appendInAnyOrder(
  names: readonly string[],
  labels: Record<string, unknown>,
  table: ValueTable,
): void {
  // All texts before the first one is appended, since a value of a program may fail to give one.
  valuesOf(names, labels).forEach((value, column) => {
    const kept = table.instead(value, column) ?? value;
    if (labels[names[column]] === kept) labels[names[column]] = kept;
    table.values.push(kept);
  });
}
