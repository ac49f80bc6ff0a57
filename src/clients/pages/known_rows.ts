import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "../metrics/cell.ts";

/**
 * Where the series of a page were on the last one, by row; -1 for those that are new. A series is
 * known by its labels: one that is set to zero has new ones.
 *
 * @param known The labels of the last page's series.
 * @returns `undefined` if the series are the same.
 */
export function knownRows(
  known: readonly LabelSet[],
  cells: readonly Cell[],
): Int32Array | undefined {
  let same = 0;
  while (same < known.length && cells[same]?.labels === known[same]) same++;
  if (same === known.length && same === cells.length) return undefined;
  const rows = new Int32Array(cells.length).fill(-1);
  for (let row = 0; row < same; row++) rows[row] = row;
  if (same === known.length) return rows;
  const others = new Map<LabelSet, number>();
  for (let row = same; row < known.length; row++) others.set(known[row], row);
  for (let row = same; row < cells.length; row++) rows[row] = others.get(cells[row].labels) ?? -1;
  return rows;
}
