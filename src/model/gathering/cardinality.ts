import type { Gathering } from "../collector.ts";
import type { LabelTable } from "../label_table.ts";
import { inTimeSlices } from "../platform/time_slices.ts";
import type { MetricFamily } from "../snapshot.ts";

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

/** Values that are counted in a step, which take about a millisecond. */
const valuesPerStep = 16_384;

/** The cardinality of gathered families, counted in time slices. */
export function cardinalityOf(
  { families }: Gathering,
  overflows: ReadonlyMap<string, number>,
): Promise<Cardinality> {
  return inTimeSlices(count(families, overflows));
}

function* count(
  families: readonly MetricFamily[],
  overflows: ReadonlyMap<string, number>,
): Generator<void, Cardinality, void> {
  const counted: FamilyCardinality[] = [];
  for (const { name, labels } of families) {
    counted.push({
      name,
      series: labels.rows,
      overflows: overflows.get(name) ?? 0,
      labels: yield* countValues(labels),
    });
  }
  counted.sort((one, other) => other.series - one.series);
  return { series: counted.reduce((sum, { series }) => sum + series, 0), families: counted };
}

function* countValues(
  { names, values, rows }: LabelTable,
): Generator<void, readonly LabelCardinality[], void> {
  const labels: LabelCardinality[] = [];
  for (const [column, name] of names.entries()) {
    const distinct = new Set<string>();
    for (let row = 0; row < rows; row++) {
      distinct.add(values[row * names.length + column]);
      if (row % valuesPerStep === valuesPerStep - 1) yield;
    }
    distinct.delete("");
    labels.push({ name, values: distinct.size });
    yield;
  }
  return labels.sort((one, other) => other.values - one.values);
}
