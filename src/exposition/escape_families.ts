import { EncodingError } from "../core/errors.ts";
import { sampleNames } from "../core/sample_names.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import type { EncodingErrorHandler } from "./encoder.ts";
import { escapeLabelName, escapeMetricName, type EscapingScheme } from "./escaping.ts";

/** Escaped label names by their array, so that what is cached by the array stays cached. */
const escapedNames = new WeakMap<readonly string[], Map<EscapingScheme, readonly string[]>>();

/**
 * Families with their names and label names escaped. Two names may become one that way: the second
 * family is then left out and reported.
 */
export function escapeFamilies(
  families: readonly MetricFamily[],
  scheme: EscapingScheme,
  onError: EncodingErrorHandler,
): readonly MetricFamily[] {
  const escaped = families.map((family) => escapeFamily(family, scheme));
  if (escaped.every((family, position) => family === families[position])) return families;
  const owners = new Map<string, string>();
  return escaped.filter((family, position) => {
    const { name } = families[position];
    const taken = sampleNames(family.type, family.name).find((sample) => owners.has(sample));
    const twice = family.labels.names.find((label, at) =>
      family.labels.names.indexOf(label) !== at
    );
    for (const sample of sampleNames(family.type, family.name)) owners.set(sample, name);
    if (taken === undefined && twice === undefined) return true;
    const clash = taken === undefined
      ? `two of its labels become "${twice}"`
      : `"${taken}" is then written by "${owners.get(taken)}" as well`;
    onError(new EncodingError(`${name}: with names escaped by ${scheme}, ${clash}; rename one`));
    return false;
  });
}

function escapeFamily(family: MetricFamily, scheme: EscapingScheme): MetricFamily {
  const name = escapeMetricName(family.name, scheme);
  const names = escapeLabelNames(family.labels.names, scheme);
  if (name === family.name && names === family.labels.names) return family;
  return { ...family, name, labels: { ...family.labels, names } };
}

function escapeLabelNames(names: readonly string[], scheme: EscapingScheme): readonly string[] {
  const known = escapedNames.get(names)?.get(scheme);
  if (known !== undefined) return known;
  const escaped = names.map((name) => escapeLabelName(name, scheme));
  const result = escaped.every((name, position) => name === names[position]) ? names : escaped;
  const bySchemes = escapedNames.get(names) ?? new Map();
  escapedNames.set(names, bySchemes.set(scheme, result));
  return result;
}
