import { display, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelRule } from "../model/family/labels.ts";
import { isLegacyLabelName } from "../model/names.ts";
import { defaultMerge } from "../model/gauge_merge.ts";
import { defaultWindowSeconds } from "../metrics/summary.ts";
import { aFunction, anything, checkOptions, type OptionRule, required } from "../model/options.ts";

/** The options of a definition besides those that all have, with their defaults, by kind. */
const optionsByKind = {
  counter: {},
  gauge: { merge: defaultMerge },
  // Without buckets there are the default ones, or none if there are native ones.
  histogram: { buckets: undefined, native: false, sampleEvery: 1 },
  summary: { quantiles: [], windowSeconds: defaultWindowSeconds },
  info: {},
  stateset: { states: undefined },
  "counter with a callback": {},
  "gauge with a callback": {},
} satisfies Record<string, object>;

/** What a definition makes. */
export type DefinitionKind = keyof typeof optionsByKind;

/**
 * Refuses a definition with an unknown option. The values are checked by the family.
 *
 * @param name The full name, for the message.
 */
export function checkDefinition(kind: DefinitionKind, name: string, definition: object): void {
  const options = ["name", "help", "unit", "labels", ...Object.keys(optionsByKind[kind])];
  const rules: Record<string, OptionRule> = Object.fromEntries(
    options.map((option) => [option, anything]),
  );
  if (kind.endsWith("callback")) {
    rules.callback = required(aFunction);
  } else if ("callback" in definition || "collect" in definition) {
    throw new RegistrationError(
      `${name}: a ${kind} takes no callback; use gaugeWithCallback() or counterWithCallback()`,
    );
  }
  checkOptions(name, definition, rules);
}

/**
 * A definition as a text that can be compared with that of a later one. It is the same for labels in
 * another order, and for a default that is spelled out. Functions and schemas are left out: whoever loads a module again, or has two bundles
 * of it, gives others that say the same.
 */
export function definitionText(kind: DefinitionKind, definition: FamilyDefinition): string {
  const { name: family, help, labels, ...parameters } = definition;
  if (labels !== undefined && (typeof labels !== "object" || labels === null)) {
    throw new RegistrationError(
      `${family}: labels ${display(labels)} must be a list of names, or an object with rules`,
    );
  }
  const rules: [string, LabelRule | undefined][] = Array.isArray(labels)
    ? (labels as readonly string[]).map((name) => [name, undefined])
    : Object.entries(labels ?? {});
  const labelTexts = rules.map(([name, rule]) => {
    const label = typeof name === "string" && isLegacyLabelName(name) ? name : text(name);
    if (rule === undefined) return label;
    return `${label}: ${Array.isArray(rule) ? text(inOrder(rule)) : "schema"}`;
  });
  const defaults: Readonly<Record<string, unknown>> = optionsByKind[kind];
  const parts = [
    labels === undefined ? kind : `${kind} {${inOrder(labelTexts).join(", ")}}`,
    text(help),
    ...Object.entries(parameters)
      .filter(([, value]) => value !== undefined && typeof value !== "function")
      .map(([option, value]) => [option, text(value), text(defaults[option])])
      .filter(([, value, spared]) => value !== spared)
      .map(([option, value]) => `${option} ${value}`)
      .sort(),
  ];
  return parts.join(" ");
}

/**
 * Refuses a definition that differs from a present one of the same name.
 *
 * @throws {RegistrationError} If they differ; names both.
 */
export function checkSame(name: string, present: string, asked: string): void {
  if (present === asked) return;
  throw new RegistrationError(
    `${name}: already registered as ${present}, now asked for as ${asked}; ` +
      `use one definition, or another name`,
  );
}

/** Strings in order; a list of anything else is not valid, and stays as it is. */
function inOrder(values: readonly unknown[]): readonly unknown[] {
  return values.every((value) => typeof value === "string") ? [...values].sort() : values;
}

/** JSON, or another text for a value that has none: validity is checked elsewhere. */
function text(value: unknown): string {
  try {
    // JSON has no infinities: they would all be the same.
    return JSON.stringify(
      value,
      (_, part) => typeof part === "number" && !Number.isFinite(part) ? String(part) : part,
    );
  } catch {
    return display(value);
  }
}
