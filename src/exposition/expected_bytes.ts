import type { MetricFamily } from "../core/snapshot.ts";

/**
 * About the size of a page as text: a buffer that fits from the start is never copied. Families that
 * are none count as well, as they are told apart only when they are written.
 */
export function expectedBytes(families: readonly MetricFamily[]): number {
  let bytes = 1024;
  for (const family of families) {
    const lines = family?.type === "histogram" ? family.bounds?.length + 3 : 1;
    const series = (family?.labels?.rows ?? 0) * lines;
    bytes += 200 + series * ((family?.name?.length ?? 0) + 60);
  }
  return bytes;
}
