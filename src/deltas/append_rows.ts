import type { LabelTable } from "../model/label_table.ts";
import {
  type AnyFamily,
  type PartName,
  type Parts,
  partsOf,
  withParts,
} from "../model/metric_types.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { sizeOf } from "./select_rows.ts";

/**
 * A family with the series of another after its own. Both are of one definition, without quantiles
 * and timestamps, and have no series in common. Starts are left out if one family has none.
 */
export function appendRows(first: MetricFamily, second: MetricFamily): MetricFamily {
  const families: readonly AnyFamily[] = [first, second];
  const parts: { [Name in PartName]?: unknown } = {};
  for (const [name, part] of partsOf(first.type)) {
    const present = families.filter((family) => family[name] != null).length;
    if (part.kind === "shape" || present === 0) continue;
    if (part.kind === "created" && present === 1) parts[name] = undefined;
    else {
      const cells = families.map((family) => {
        const length = family.labels.rows * sizeOf(family, part);
        const values = (family[name] ?? []) as ArrayLike<unknown>;
        return Array.from({ length }, (_, cell) => values[cell]);
      }).flat();
      parts[name] = part.kind === "numbers" ? Float64Array.from(cells as number[]) : cells;
    }
  }
  return withParts(first, { ...parts as Parts, labels: appendTable(first.labels, second.labels) });
}

function appendTable(first: LabelTable, second: LabelTable): LabelTable {
  const names = [...new Set([...first.names, ...second.names])];
  const values = [first, second].flatMap((table) => {
    const columns = names.map((name) => table.names.indexOf(name));
    return Array.from({ length: table.rows * names.length }, (_, cell) => {
      const column = columns[cell % names.length];
      const row = Math.floor(cell / names.length);
      // A label that it lacks is empty.
      return column < 0 ? "" : table.values[row * table.names.length + column];
    });
  });
  return { names, values, rows: first.rows + second.rows };
}
