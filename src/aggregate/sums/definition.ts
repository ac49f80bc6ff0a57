import { keepingOf } from "../../deltas/delta.ts";
import { CollectionError, display } from "../../model/errors.ts";
import { readMerge } from "../../model/gauge_merge.ts";
import { type AnyFamily, type Parts, partsOf, withParts } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * What all series of a family share, as its first client told it: a family without series and
 * columns. Shapes that sources need not agree in are empty, as nothing of them can be added up.
 */
export function definitionOf(family: MetricFamily): MetricFamily {
  const { name, help, unit, type }: AnyFamily = family;
  const parts: Record<string, unknown> = {};
  for (const [shape, part] of partsOf(type)) {
    if (part.kind !== "shape") continue;
    const value = (family as AnyFamily)[shape];
    if (part.agree === "concatenating") parts[shape] = [];
    else if (value !== undefined) parts[shape] = value;
  }
  const header = unit === undefined ? { name, help, type } : { name, help, unit, type };
  const labels = { names: [], values: [], rows: 0 };
  return withParts({ ...header, labels } as unknown as MetricFamily, parts as Parts);
}

/**
 * Refuses a family that others define differently. Help may differ, as it changes nothing.
 *
 * @throws {CollectionError} If type, unit or a shape is another.
 */
export function checkDefinition(known: MetricFamily, given: MetricFamily): void {
  const [one, other]: readonly AnyFamily[] = [known, given];
  const shapes = partsOf(known.type)
    .flatMap(([name, part]) => part.kind === "shape" && part.agree !== "concatenating" ? name : []);
  for (const property of ["type", "unit", ...shapes] as const) {
    if (isSame(property, one, other)) continue;
    throw new CollectionError(
      `${known.name}: its ${property} ${shown(other[property])} is not ${shown(one[property])}, ` +
        `which other clients sent before; make them the same, rename the metric, or ` +
        `remove the old family with aggregator.remove(${display(known.name)})`,
    );
  }
}

function isSame(property: keyof AnyFamily, one: AnyFamily, other: AnyFamily): boolean {
  if (property === "merge") {
    // `sum` and `liveSum` are the same here.
    return keepingOf(one) === keepingOf(other) && operationOf(one) === operationOf(other);
  }
  const [known, given] = [one[property], other[property]];
  if (!Array.isArray(known) || !Array.isArray(given)) return known === given;
  return known.length === given.length && known.every((element, at) => element === given[at]);
}

function operationOf({ merge = "mostRecent" }: AnyFamily): string {
  return readMerge(merge).operation;
}

function shown(value: unknown): string {
  return value === undefined ? "(none)" : display(value);
}
