import { type AnyFamily, entriesEach, type PartName, partsOf } from "../model/metric_types.ts";
import type { FamilyDelta, Rests } from "./delta.ts";
import { selectLabels, selectRows } from "./select_rows.ts";

/**
 * A delta as several with so many series at most, in their order. What is gone comes first: a series
 * can be gone with others in the overflow series that are not.
 */
export function slicesOf(delta: FamilyDelta, mostRows: number): Iterable<FamilyDelta> {
  const { family, gone } = delta;
  const isShort = family.labels.rows <= mostRows && (gone === undefined || gone.rows <= mostRows);
  return isShort ? [delta] : severalOf(delta, mostRows);
}

function* severalOf(
  { family, rests, gone }: FamilyDelta,
  mostRows: number,
): Generator<FamilyDelta, void, void> {
  const { rows } = family.labels;
  const goneRows = gone?.rows ?? 0;
  for (let first = 0; first < goneRows; first += mostRows) {
    const end = Math.min(first + mostRows, goneRows);
    yield { family: selectRows(family, []), gone: selectLabels(gone!, range(first, end)) };
  }
  for (let first = 0; first < rows; first += mostRows) {
    const end = Math.min(first + mostRows, rows);
    yield {
      family: selectRows(family, range(first, end)),
      ...rests && { rests: restsOf(family, rests, first, end) },
    };
  }
}

function range(first: number, end: number): readonly number[] {
  return Array.from({ length: end - first }, (_, at) => first + at);
}

/** The rests of some rows. */
function restsOf(family: AnyFamily, rests: Rests, first: number, end: number): Rests {
  const some = new Map<PartName, ReadonlyMap<number, readonly number[]>>();
  for (const [name, description] of partsOf(family.type)) {
    const cells = rests.get(name);
    if (cells === undefined || description.kind !== "numbers") continue;
    const each = entriesEach(family, description);
    const own = new Map<number, readonly number[]>();
    for (let cell = first * each; cell < end * each; cell++) {
      const rest = cells.get(cell);
      if (rest !== undefined) own.set(cell - first * each, rest);
    }
    if (own.size > 0) some.set(name, own);
  }
  return some;
}
