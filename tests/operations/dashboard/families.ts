import type { FamilyOutline, OperationsFamily } from "../../../src/operations.ts";

/** What is known of a family, in a line. */
export function outline(
  type: FamilyOutline["type"],
  name: string,
  ...labelNames: readonly string[]
): FamilyOutline {
  return { type, name, help: `What ${name} is.`, labelNames };
}

/** The names of all samples of the families that only grow. */
export function counterSamples(families: readonly OperationsFamily[]): ReadonlySet<string> {
  return new Set(families.flatMap(({ type, name }) => {
    if (type === "counter" || type === "unknown" && name.endsWith("_total")) return [name];
    if (type === "histogram") return [name, `${name}_bucket`, `${name}_count`, `${name}_sum`];
    return type === "summary" ? [`${name}_count`, `${name}_sum`] : [];
  }));
}
