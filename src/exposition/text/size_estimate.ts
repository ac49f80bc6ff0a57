import type { MetricFamily } from "../../model/snapshot.ts";
import type { FamilyTemplate } from "./family_template.ts";

/**
 * About the size of a page as text: a buffer that fits from the start is never copied. What is
 * no family is told apart only when it is written.
 *
 * @param known Gives the text of a family whose lines are known, and so their bytes.
 */
export function estimateSize(
  families: readonly MetricFamily[],
  known: (family: MetricFamily) => FamilyTemplate | undefined = () => undefined,
): number {
  let bytes = 1024;
  for (const family of families) {
    if (family?.labels?.names === undefined) continue;
    const text = known(family);
    const size = text?.lines.sizeOf(family.labels);
    bytes += text === undefined || size === undefined
      ? estimate(family)
      : text.header.length + size * (1 + growth);
  }
  return Math.ceil(bytes);
}

/** How much longer than the last page one may be, as values get longer. */
const growth = 1 / 64;

function estimate(family: MetricFamily): number {
  const { name, labels: { names, rows } } = family;
  const lines = family.type === "histogram" ? family.bounds?.length + 3 : 1;
  return 200 + rows * lines * (name?.length + names.length * 20 + 32);
}
