import type { LabelSet } from "../../model/family/labels.ts";
import type { LabelTable } from "../../model/label_table.ts";
import { labelText } from "../metrics/label_set.ts";

/** A table with the labels of a registry, where a series has none of its own by this name. */
export function withDefaultColumns(table: LabelTable, defaults: LabelSet): LabelTable {
  const added = Object.keys(defaults);
  if (added.length === 0) return table;
  const { names, values, rows } = table;
  const width = names.length;
  const all = [...names, ...added.filter((name) => !names.includes(name))];
  const filled = all.map((name) => Object.hasOwn(defaults, name) ? labelText(defaults[name]) : "");
  const cells: string[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < all.length; column++) {
      const own = column < width ? values[row * width + column] : "";
      cells.push(own === "" ? filled[column] : own);
    }
  }
  return { names: all, values: cells, rows };
}

/** Labels as texts, without one that the type of metric writes itself. */
export function labelTexts(labels: LabelSet, own?: string): Record<string, string> {
  const texts = Object.entries(labels).filter(([name]) => name !== own);
  return Object.fromEntries(texts.map(([name, value]) => [name, labelText(value)]));
}
