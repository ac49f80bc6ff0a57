import { CollectionError, display } from "../errors.ts";
import { DroppedExemplars } from "../exemplar.ts";
import { type AnyFamily, isMetricType, partsOf } from "../metric_types.ts";
import { checkHelp, checkMetricName, checkNameOfType } from "../names.ts";
import type { MetricFamily } from "../snapshot.ts";
import { copyPart } from "./check_part.ts";
import { copyTable, type RowCheck } from "./check_table.ts";

/** Rows that are checked in a step: 10,000 take 3 ms. */
const rowsPerStep = 1024;

/**
 * Checks a family that a collector made by hand, in steps, so that a slip in one collector cannot
 * spoil the page for all. Returns a copy, which nobody can change after the check. Columns are copied
 * in the first step, so the others may run at any time.
 *
 * @param dropped Counts exemplars that no server would take; the copy lacks them.
 * @throws {MetricsError} If it is no family, or a server would refuse it.
 */
export function* checkFamilySteps(
  given: MetricFamily,
  dropped: DroppedExemplars = new DroppedExemplars(),
): Generator<void, MetricFamily, void> {
  if (typeof given !== "object" || given === null) {
    throw new CollectionError(`a collector returned ${display(given)} in place of a family`);
  }
  const family: AnyFamily = { ...given };
  const { name, help, unit, type } = family;
  checkMetricName(name, true);
  checkHelp(name, help);
  if (unit !== undefined && typeof unit !== "string") {
    throw new CollectionError(`${name}: unit ${display(unit)} is not a text`);
  }
  if (!isMetricType(type)) {
    throw new CollectionError(`${name}: ${display(type)} is not a type of metric`);
  }
  checkNameOfType(type, name);
  const checks: RowCheck[] = [];
  Object.assign(family, { labels: copyTable(family, checks) });
  // Shapes come first in the table of types, so that the columns' sizes can be told by them.
  for (const [part, description] of partsOf(type)) {
    if (description.optional && family[part] == null) continue;
    Object.assign(family, { [part]: copyPart(family, part, description, checks, dropped) });
  }
  for (let row = 0; row < family.labels.rows; row++) {
    for (const check of checks) check(row);
    if (row % rowsPerStep === rowsPerStep - 1) yield;
  }
  return family as MetricFamily;
}
