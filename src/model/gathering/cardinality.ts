import type { Gathering } from "../collector.ts";
import type { LabelTable } from "../label_table.ts";

/**
 * The number of series, in all and by family, and the number of values of each label.
 *
 * @category Registry
 */
export interface Cardinality {
  /** Number of series in all families. */
  readonly series: number;
  /** The families, the one with the most series first. */
  readonly families: readonly FamilyCardinality[];
}

/**
 * The cardinality of one family.
 *
 * @category Registry
 */
export interface FamilyCardinality {
  /** The name of the family. */
  readonly name: string;
  /** Number of series, the overflow series included. A histogram counts once, not per bucket. */
  readonly series: number;
  /** Number of look-ups without room for their label set. */
  readonly overflows: number;
  /** Its labels, the one with the most values first. */
  readonly labels: readonly LabelCardinality[];
}

/**
 * The cardinality of one label.
 *
 * @category Registry
 */
export interface LabelCardinality {
  /** The name of the label. */
  readonly name: string;
  /** Number of distinct values in the family. */
  readonly values: number;
}

/** The cardinality of gathered families. */
export function cardinalityOf(
  { families }: Gathering,
  overflows: ReadonlyMap<string, number>,
): Cardinality {
  const counted = families.map(({ name, labels }): FamilyCardinality => ({
    name,
    series: labels.rows,
    overflows: overflows.get(name) ?? 0,
    labels: labelsOf(labels),
  }));
  counted.sort((one, other) => other.series - one.series);
  return { series: counted.reduce((sum, { series }) => sum + series, 0), families: counted };
}

function labelsOf({ names, values, rows }: LabelTable): readonly LabelCardinality[] {
  const labels = names.map((name, column): LabelCardinality => {
    const distinct = new Set<string>();
    for (let row = 0; row < rows; row++) distinct.add(values[row * names.length + column]);
    distinct.delete("");
    return { name, values: distinct.size };
  });
  return labels.sort((one, other) => other.values - one.values);
}
