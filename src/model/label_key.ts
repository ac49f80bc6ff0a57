import type { LabelRecord } from "./label_table.ts";

/**
 * A key for label values in the order of their names: a text that differs for each list of the same
 * length. 80,000 of them are found in half the time of JSON.
 */
export function labelKey(values: readonly string[]): string {
  if (values.length === 1) return values[0];
  let key = "";
  for (const value of values) key += `${value.length}:${value}`;
  return key;
}

/** What tells a family from all others. */
interface FamilyIdentity {
  readonly name: string;
  /** They tell families of one name apart. */
  readonly constantLabels: LabelRecord;
}

/** A key for a family. */
export function familyKey({ name, constantLabels }: FamilyIdentity): string {
  return JSON.stringify([name, Object.entries(constantLabels).sort()]);
}
