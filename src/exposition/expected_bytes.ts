import type { MetricFamily } from "../core/snapshot.ts";

/**
 * About the size of a page as text: a buffer that fits from the start is never copied. What is
 * no family is told apart only when it is written.
 */
export function expectedBytes(families: readonly MetricFamily[]): number {
  let bytes = 1024;
  for (const family of families) {
    if (family?.labels?.names === undefined) continue;
    const { name, labels: { names, rows } } = family;
    const lines = family.type === "histogram" ? family.bounds?.length + 3 : 1;
    bytes += 200 + rows * lines * (name?.length + names.length * 20 + 32);
  }
  return bytes;
}
