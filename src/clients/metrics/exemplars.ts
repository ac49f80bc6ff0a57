import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientExemplar } from "./metric_types.ts";

/**
 * An exemplar that was recorded now, with a copy of its labels.
 *
 * @throws {RangeError} If its label names and values have more than 128 UTF-16 units together.
 */
export function exemplarOf(labelSet: LabelSet, value: number): ClientExemplar {
  const text = Object.entries(labelSet).map(([name, value]) => `${name}${value}`).join("");
  if (text.length > 128) {
    throw new RangeError("Label set size must be smaller than 128 UTF-8 chars");
  }
  return { labelSet: { ...labelSet }, value, timestamp: Date.now() / 1000 };
}

/** An exemplar that a program may change. */
export function copyOf(exemplar: ClientExemplar): ClientExemplar {
  return { ...exemplar, labelSet: { ...exemplar.labelSet } };
}
