import { type AnyFamily, entriesEach, type PartName, partsOf } from "../model/metric_types.ts";
import type { FamilyDelta, Rests } from "./delta.ts";
import { selectRows } from "./select_rows.ts";

/** A delta as several with so many series at most, in their order; what is gone comes with the last. */
export function* slicesOf(
  delta: FamilyDelta,
  mostRows: number,
): Generator<FamilyDelta, void, void> {
  const { family, rests, gone } = delta;
  const { rows } = family.labels;
  if (rows <= mostRows) return yield delta;
  for (let first = 0; first < rows; first += mostRows) {
    const end = Math.min(first + mostRows, rows);
    yield {
      family: selectRows(family, Array.from({ length: end - first }, (_, at) => first + at)),
      ...rests && { rests: restsOf(family, rests, first, end) },
      ...gone && end === rows && { gone },
    };
  }
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
