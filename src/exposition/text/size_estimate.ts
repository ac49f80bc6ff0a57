import { shapeOf } from "../../model/metric_types.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { FamilyTemplate } from "./family_template.ts";

/**
 * The most bytes that are expected of a family. A larger one makes room by itself once its first part
 * is written: before that, a page that may be given up has no 80 MB, for which V8 collects garbage.
 */
const mostOfFamily = 1_048_576;

/**
 * About the size of a page as text, in bytes: a buffer that fits from the start is never copied. It
 * takes families as they come, because encoding is what refuses a malformed one.
 *
 * @param known Gives the template of a family whose lines are cached.
 * @param bytesPerElement About the bytes of a bucket or quantile, if it has no line of its own.
 */
export function estimateSize(
  families: readonly MetricFamily[],
  known: (family: MetricFamily) => FamilyTemplate | undefined,
  bytesPerElement?: number,
): number {
  let bytes = 1024;
  for (const family of families) {
    if (family?.labels?.names === undefined) continue;
    const size = known(family)?.lines.sizeOf(family.labels);
    const own = size === undefined ? estimate(family, bytesPerElement) : size * (1 + growth);
    bytes += Math.min(own, mostOfFamily);
  }
  return Math.ceil(bytes);
}

/** The share by which a page may outgrow the last one, as values get longer. */
export const growth = 1 / 64;

function estimate(family: MetricFamily, bytesPerElement: number | undefined): number {
  const { type, name, labels: { names, rows } } = family;
  const line = name?.length + names.length * 20 + 32;
  const lines = linesOf(family);
  // The states of a set have lines in each format.
  const row = bytesPerElement === undefined || type === "stateset"
    ? line * lines
    : line + lines * bytesPerElement;
  return 200 + rows * row;
}

/**
 * The lines of a series as text, at most: one for each element of a shape, such as a bucket; for +Inf,
 * sum and count; or for the value.
 */
export function linesOf(family: MetricFamily): number {
  const shape = shapeOf(family);
  return shape === undefined ? 1 : shape.length + 3;
}
