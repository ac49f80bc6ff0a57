import { type AnyFamily, partsOf } from "../model/metric_types.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { isNewExemplar } from "./exemplar_changes.ts";
import { rowBefore, type RowMatch } from "./match_rows.ts";
import { isSameNative } from "./native_changes.ts";
import { selectRows, sizeOf } from "./select_rows.ts";

/**
 * The series of a family that have other values than before, as they are now, with all their
 * exemplars.
 *
 * @param before The family before, of the same definition.
 * @param now The family now, without timestamps.
 * @param all Whether series whose values are the same count as well.
 */
export function valueChanges(
  before: AnyFamily,
  now: AnyFamily,
  match: RowMatch,
  all: boolean,
): MetricFamily {
  const columns = comparedColumns(before, now);
  const rows: number[] = [];
  for (let row = 0; row < now.labels.rows; row++) {
    const from = rowBefore(match, row);
    if (all || from < 0 || columns.some((differs) => differs(row, from))) rows.push(row);
  }
  return selectRows(now, rows);
}

/** Whether something in a row differs from a row before. */
type RowDifference = (row: number, from: number) => boolean;

function comparedColumns(before: AnyFamily, now: AnyFamily): readonly RowDifference[] {
  return partsOf(now.type).flatMap(([name, part]): readonly RowDifference[] => {
    if (now[name] == null) return [];
    switch (part.kind) {
      case "numbers": {
        const values = now[name] as Float64Array;
        const others = before[name] as Float64Array | undefined;
        // A time that is not told is NaN.
        return [
          inAny(sizeOf(now, part), (cell, from) => !Object.is(values[cell], others?.[from] ?? NaN)),
        ];
      }
      case "exemplars":
        return [
          inAny(
            sizeOf(now, part),
            (cell, from) => isNewExemplar(now.exemplars![cell], before.exemplars?.[from]),
          ),
        ];
      case "native":
        return [(row, from) => !isSameNative(before.native![from], now.native![row])];
      default:
        return [];
    }
  });
}

/** Whether any of the cells of a row differs. */
function inAny(size: number, differs: (cell: number, from: number) => boolean): RowDifference {
  return (row, from) => {
    for (let entry = 0; entry < size; entry++) {
      if (differs(row * size + entry, from * size + entry)) return true;
    }
    return false;
  };
}
