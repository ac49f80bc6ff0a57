import type { MetricFamily } from "../model/snapshot.ts";

/** A label of a family that a target or a group sets for all series, if there is one. */
export function clashingLabel(
  { type, name, labels }: MetricFamily,
  taken: readonly string[],
): string | undefined {
  // The states of a state set are values of a label that has its own name.
  const names = type === "stateset" ? [...labels.names, name] : labels.names;
  return names.find((label) => taken.includes(label));
}
