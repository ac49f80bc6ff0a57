import { concatenateInSteps } from "../../model/gathering/concatenate_families.ts";
import type { LabelTable } from "../../model/label_table.ts";
import { atOnce } from "../../model/platform/time_slices.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * The families of a registry and those about a push of them. Both may have series of the same family:
 * an aggregator has those of the isolates that push to it. Series about this target that the registry
 * has itself stay as they are.
 *
 * @param target The value of the label by which the families about the push differ from others.
 */
export function withOwnSeries(
  families: readonly MetricFamily[],
  own: readonly MetricFamily[],
  target: string,
): readonly MetricFamily[] {
  const left = new Map(own.map((family) => [family.name, family]));
  const all = families.map((family) => {
    const more = left.get(family.name);
    if (more === undefined) return family;
    left.delete(family.name);
    return hasTarget(family.labels, target) ? family : joined(family, more);
  });
  return [...all, ...left.values()];
}

function hasTarget({ names, values }: LabelTable, target: string): boolean {
  const column = names.indexOf("target");
  return column >= 0 &&
    values.some((value, at) => at % names.length === column && value === target);
}

/** One family of both, or that of the registry if it is of another kind. */
function joined(family: MetricFamily, own: MetricFamily): MetricFamily {
  try {
    return atOnce(concatenateInSteps(family, { ...own, help: family.help }, true));
  } catch {
    return family;
  }
}
