import { PageCache } from "../../exposition/encoding/page_cache.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import type { LabelTable } from "../../model/label_table.ts";
import { labelText } from "../metrics/label_set.ts";

/** A table with the labels of a registry, as it was made last. */
interface FilledTable {
  /** What it was made with besides the rows. */
  readonly key: string;
  readonly values: string[];
  rows: number;
}

/** By the values of the table without these labels: formats know what they have written by lists. */
const filledTables = /* @__PURE__ */ new PageCache<readonly string[], FilledTable>();

/** A table with the labels of a registry, where a series has none of its own by this name. */
export function withDefaultColumns(table: LabelTable, defaults: LabelSet): LabelTable {
  const added = Object.keys(defaults);
  if (added.length === 0) return table;
  const { names, values, rows } = table;
  const width = names.length;
  const all = [...names, ...added.filter((name) => !names.includes(name))];
  const filling = all.map((name) => Object.hasOwn(defaults, name) ? labelText(defaults[name]) : "");
  const key = JSON.stringify([all, filling]);
  let filled = filledTables.get(values);
  if (filled === undefined || filled.key !== key || filled.rows > rows) {
    filledTables.set(values, filled = { key, values: [], rows: 0 });
  }
  for (; filled.rows < rows; filled.rows++) {
    for (let column = 0; column < all.length; column++) {
      const own = column < width ? values[filled.rows * width + column] : "";
      filled.values.push(own === "" ? filling[column] : own);
    }
  }
  return { names: all, values: filled.values, rows };
}

/** Labels as texts, without one that the type of metric writes itself. */
export function plainLabels(labels: LabelSet, own?: string): Record<string, string> {
  const texts = Object.entries(labels).filter(([name]) => name !== own);
  return Object.fromEntries(texts.map(([name, value]) => [name, labelText(value)]));
}
