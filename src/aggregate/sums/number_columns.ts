import {
  type AnyFamily,
  entriesEach,
  type NumberColumn,
  type PartName,
  type Parts,
  partsOf,
} from "../../model/metric_types.ts";

/** A column of numbers that an aggregate keeps of a family. */
export interface KeptColumn {
  /** Its name. */
  readonly name: PartName;
  /** Numbers of each row. */
  readonly each: number;
  /** What the table of types says of it. */
  readonly part: NumberColumn;
}

/**
 * The columns of a family that an aggregate keeps: all but `timestamps`, of which deltas have none,
 * and those of a shape that is left out, such as quantiles.
 */
export function numberColumns(definition: AnyFamily): readonly KeptColumn[] {
  return partsOf(definition.type).flatMap(([name, part]) => {
    if (part.kind !== "numbers" || name === "timestamps") return [];
    const each = entriesEach(definition, part);
    return each === 0 ? [] : { name, each, part };
  });
}

/** The columns of a family that are empty, since their shape is. */
export function emptyColumns(definition: AnyFamily): Parts {
  return Object.fromEntries(
    partsOf(definition.type)
      .filter(([, part]) => part.kind === "numbers" && entriesEach(definition, part) === 0)
      .map(([name]) => [name, new Float64Array(0)]),
  );
}
