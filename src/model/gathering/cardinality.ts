import type { Gathering } from "../collector.ts";
import type { LabelTable } from "../label_table.ts";

/** How many series there are, and which labels make them many. */
export interface Cardinality {
  /** All series. */
  readonly series: number;
  /** The families, the one with the most series first. */
  readonly families: readonly FamilyCardinality[];
}

/** The series of one family. */
export interface FamilyCardinality {
  /** The family. */
  readonly name: string;
  /** Its series, that of the overflow included. A histogram's buckets are none by themselves. */
  readonly series: number;
  /** How often a label set found no room. */
  readonly overflows: number;
  /** Its labels, the one with the most values first. */
  readonly labels: readonly LabelCardinality[];
}

/** The values of one label. */
export interface LabelCardinality {
  /** The label. */
  readonly name: string;
  /** How many values it has in the family. */
  readonly values: number;
}

/** Counts what a gathering found, and says how often label sets found no room. */
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
