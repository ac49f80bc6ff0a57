import type { FamilyDelta } from "../../src/deltas/delta.ts";
import { type AnyFamily, entriesEach, partsOf } from "../../src/model/metric_types.ts";

/** All that is said of each row, in their order; a family without rows has one entry. */
export function rowsOfDelta({ family: given, rests, gone }: FamilyDelta): readonly unknown[] {
  const family: AnyFamily = given;
  const { labels, type, name, help } = family;
  const shapes = partsOf(type).filter(([, { kind }]) => kind === "shape")
    .map(([part]) => family[part]);
  const cells = (list: ArrayLike<unknown>, each: number, row: number) =>
    Array.from({ length: each }, (_, at) => list[row * each + at]);
  const rows = Array.from({ length: labels.rows }, (_, row) => {
    const columns = partsOf(type).flatMap(([part, description]) => {
      const column = family[part];
      if (description.kind === "shape" || column === undefined) return [];
      const each = description.kind === "created" ? 1 : entriesEach(family, description);
      const rest = Array.from({ length: each }, (_, at) => rests?.get(part)?.get(row * each + at));
      return [[part, cells(column as ArrayLike<unknown>, each, row), rest]];
    });
    return [cells(labels.values, labels.names.length, row), columns];
  });
  const goneRows = Array.from(
    { length: gone?.rows ?? 0 },
    (_, row) => [gone!.names, cells(gone!.values, gone!.names.length, row)],
  );
  const header = [name, type, help, shapes, labels.names];
  return [...rows, ...goneRows].map((row) => [...header, row]);
}
