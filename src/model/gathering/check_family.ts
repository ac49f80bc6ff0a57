import { CollectionError, display } from "../errors.ts";
import { DroppedExemplars } from "../exemplar.ts";
import { type AnyFamily, isMetricType, partsOf, shapeOf } from "../metric_types.ts";
import { checkHelp, checkMetricName, checkNameOfType } from "../names.ts";
import type { MetricFamily } from "../snapshot.ts";
import { copyPart, type RowsCheck } from "./check_part.ts";
import { checkTable, copyTable, isSameList, rowsPerStep } from "./check_table.ts";

/** The lists by which encoders know a family again, as they were the last time it passed. */
export interface LastLists {
  /** Its label names. */
  readonly names: readonly string[];
  /** Its bounds, quantiles or states. */
  readonly shape: readonly unknown[] | undefined;
}

/**
 * Checks a family that a collector made by hand, in steps, so that a slip in one collector cannot
 * spoil the page for all. Returns a copy, which nobody can change after the check. Columns are copied
 * in the first step, so the others may run at any time.
 *
 * @param dropped Counts exemplars that no server would take; the copy lacks them.
 * @param last What its collector gave under this name last time. Lists with the same entries become
 * the same lists.
 * @param isOnce Whether its lists are new and never given again, so that none is remembered.
 * @throws {MetricsError} If it is no family, or a server would refuse it.
 */
export function* checkFamilySteps(
  given: MetricFamily,
  dropped: DroppedExemplars = new DroppedExemplars(),
  last: (name: string) => LastLists | undefined = () => undefined,
  isOnce = false,
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
  const checks: RowsCheck[] = [];
  const known = last(name);
  Object.assign(family, { labels: copyTable(family, isOnce) });
  // Shapes come first in the table of types, so that the columns' sizes can be told by them.
  for (const [part, description] of partsOf(type)) {
    if (description.optional && family[part] == null) continue;
    const copy = copyPart(family, part, description, checks, dropped, isOnce);
    Object.assign(family, { [part]: copy });
    const shape = shapeOf(family);
    if (shape !== undefined && family[part] === shape && known?.shape !== undefined) {
      if (isSameList(known.shape, shape)) Object.assign(family, { [part]: known.shape });
    }
  }
  Object.assign(family, { labels: yield* checkTable(family, known?.names, isOnce) });
  for (let first = 0; first < family.labels.rows; first += rowsPerStep) {
    const end = Math.min(first + rowsPerStep, family.labels.rows);
    for (const check of checks) check(first, end);
    yield;
  }
  return family as MetricFamily;
}
