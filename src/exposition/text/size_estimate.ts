import {
  type AnyFamily,
  entriesEach,
  isMetricType,
  metricTypes,
  partsOf,
} from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { FamilyTemplate } from "./family_template.ts";

/**
 * About the size of a page as text, in bytes: a buffer that fits from the start is never copied. It
 * takes families as they come, because encoding is what refuses a malformed one.
 *
 * @param known Gives the template of a family whose lines are cached.
 */
export function estimateSize(
  families: readonly MetricFamily[],
  known: (family: MetricFamily) => FamilyTemplate | undefined = () => undefined,
): number {
  let bytes = 1024;
  for (const family of families) {
    if (family?.labels?.names === undefined) continue;
    const template = known(family);
    const size = template?.lines.sizeOf(family.labels);
    bytes += template === undefined || size === undefined
      ? estimate(family)
      : template.header.length + size * (1 + growth);
  }
  return Math.ceil(bytes);
}

/** The share by which a page may outgrow the last one, as values get longer. */
const growth = 1 / 64;

function estimate(family: MetricFamily): number {
  const { name, labels: { names, rows } } = family;
  const lines = isMetricType(family.type) ? linesEach(family) : 1;
  return 200 + rows * lines * (name?.length + names.length * 20 + 32);
}

/** How many lines a series has, about: one a number, and one for what a shape adds to them. */
function linesEach(family: AnyFamily): number {
  const { shape } = metricTypes[family.type];
  if (shape !== undefined && !Array.isArray(family[shape])) return 1;
  let lines = shape === undefined ? 0 : 1;
  for (const [name, part] of partsOf(family.type)) {
    if (part.kind === "numbers" && family[name] !== undefined) lines += entriesEach(family, part);
  }
  return lines;
}
