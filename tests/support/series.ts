import type { LabelRecord, MetricFamily } from "../../mod.ts";
import { labelsOfRow } from "../../src/core.ts";

/** One series of a snapshot: its labels without the empty ones, and its numbers. */
export type Series = readonly [labels: LabelRecord, ...numbers: readonly number[]];

/**
 * The series of a snapshot in their order. A counter or gauge has one number, a histogram those of
 * its buckets, not cumulated, and then the sum.
 */
export function seriesOf(family: MetricFamily): readonly Series[] {
  const { name } = family;
  return Array.from({ length: family.labels.rows }, (_, row) => {
    const labels = { ...labelsOfRow(family.labels, row) };
    if ("values" in family) return [labels, family.values[row]];
    if (!("buckets" in family)) throw new Error(`${name} has neither values nor buckets`);
    const size = family.bounds.length + 1;
    return [labels, ...family.buckets.subarray(row * size, (row + 1) * size), family.sums[row]];
  });
}

/** The series of a collector's only family. */
export function collected(collector: { collect(): readonly MetricFamily[] }): readonly Series[] {
  const families = collector.collect();
  if (families.length !== 1) throw new Error(`${families.length} families in place of one`);
  return seriesOf(families[0]);
}
