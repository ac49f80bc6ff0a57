import { display, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { isSchema, type LabelRule, type OpenLabel } from "../model/family/labels.ts";
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

/** The options that all have. */
const commonOptions: readonly string[] = ["name", "help", "unit", "labels"];

/** What a definition makes. */
export type DefinitionKind = keyof typeof optionsByKind;

/**
 * Refuses a definition with an unknown option, or with labels that are neither a list nor an object.
 * Other values are checked by the family.
 *
 * @param name The full name, for the message.
 * @throws {RegistrationError} If there is one.
 */
export function checkDefinition(
  kind: DefinitionKind,
  name: string,
  definition: FamilyDefinition,
): void {
  const options = [...commonOptions, ...Object.keys(optionsByKind[kind])];
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
  checkOptions<object>(name, definition, rules);
  const { labels } = definition;
  if (labels === undefined || typeof labels === "object" && labels !== null) return;
  throw new RegistrationError(
    `${definition.name}: labels ${
      display(labels)
    } must be a list of names, or an object with rules`,
  );
}

/**
 * Whether a definition has nothing but options that its family checks: then rules need not be made
 * for it, which take longer than all else of a definition in a process that has just started.
 */
export function isPlain(kind: DefinitionKind, definition: FamilyDefinition): boolean {
  if (kind.endsWith("callback") || typeof definition !== "object") return false;
  if (Array.isArray(definition) || "callback" in definition || "collect" in definition) {
    return false;
  }
  const { labels } = definition;
  if (labels === null || labels !== undefined && typeof labels !== "object") return false;
  const own = optionsByKind[kind];
  for (const option in definition) {
    if (!commonOptions.includes(option) && !Object.hasOwn(own, option)) return false;
  }
  return true;
}

/** The definition of what is registered, to be compared with later ones of the same name. */
export interface KnownDefinition {
  readonly kind: DefinitionKind;
  /** A copy, which later changes of the caller's lists do not reach; most are never compared. */
  copy: FamilyDefinition | undefined;
  /** The definition as a text, once it was compared. */
  text: string | undefined;
}

/** A copy of a definition, with its lists. */
export function copyDefinition(definition: FamilyDefinition): FamilyDefinition {
  const copy = { ...definition } as Record<string, unknown>;
  for (const option in copy) {
    const value = copy[option];
    if (typeof value === "object") copy[option] = copyLists(value, 1);
  }
  return copy as unknown as FamilyDefinition;
}

/**
 * Refuses a definition that differs.
 *
 * @param name The full name, for the message.
 * @throws {RegistrationError} If they differ; names both.
 */
export function checkSame(
  known: KnownDefinition,
  name: string,
  kind: DefinitionKind,
  definition: FamilyDefinition,
): void {
  known.text ??= definitionText(known.kind, known.copy!);
  // It may hold a callback or a schema of a module that was loaded again.
  known.copy = undefined;
  const asked = definitionText(kind, definition);
  if (known.text === asked) return;
  throw new RegistrationError(
    `${name}: already registered as ${known.text}, now asked for as ${asked}; ` +
      `use one definition, or another name`,
  );
}

/** Copies lists and the objects around them: options, and rules of labels. */
function copyLists(value: unknown, depth: number): unknown {
  if (Array.isArray(value)) return [...value];
  if (depth === 0 || typeof value !== "object" || value === null) return value;
  const copy = { ...value } as Record<string, unknown>;
  for (const name of Object.keys(copy)) copy[name] = copyLists(copy[name], depth - 1);
  return copy;
}

/**
 * A definition as a text that can be compared with that of a later one. It is the same for labels in
 * another order, and for a default that is spelled out. Functions and schemas are left out: whoever
 * loads a module again, or has two bundles of it, gives others that say the same.
 */
function definitionText(kind: DefinitionKind, definition: FamilyDefinition): string {
  const { name: _name, help, labels, ...parameters } = definition;
  const rules: [string, LabelRule][] = Array.isArray(labels)
    ? (labels as readonly string[]).map((name) => [name, { optional: false }])
    : Object.entries(labels ?? {});
  const labelTexts = rules.map(([name, rule]) => {
    const label = typeof name === "string" && isLegacyLabelName(name) ? name : text(name);
    if (Array.isArray(rule)) return `${label}: ${text(inOrder(rule))}`;
    if (isSchema(rule)) return `${label}: schema`;
    const { optional } = (rule ?? {}) as Partial<OpenLabel>;
    if (typeof optional !== "boolean") return `${label}: ${text(rule)}`;
    return optional ? `${label}: optional` : label;
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
