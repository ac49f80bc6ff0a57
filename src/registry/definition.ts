import { display, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelRule } from "../model/family/labels.ts";
import { isLegacyLabelName } from "../model/names.ts";

/** A definition in a form that can be compared with a later one. */
export interface KnownDefinition {
  /** Its text: all but schemas and functions. */
  readonly text: string;
  /** Its schemas, which are compared as objects. */
  readonly schemas: readonly LabelRule[];
}

/** A definition in a form that can be compared. */
export function knownDefinition(kind: string, definition: FamilyDefinition): KnownDefinition {
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
    return `${label}: ${Array.isArray(rule) ? text(rule) : "schema"}`;
  });
  const parts = [
    labels === undefined ? kind : `${kind} {${labelTexts.join(", ")}}`,
    text(help),
    ...Object.entries(parameters)
      .filter(([, value]) => value !== undefined && typeof value !== "function")
      .map(([parameter, value]) => `${parameter} ${text(value)}`)
      .sort(),
  ];
  return {
    text: parts.join(" "),
    schemas: rules.flatMap(([, rule]) => rule === undefined || Array.isArray(rule) ? [] : [rule]),
  };
}

/**
 * Refuses a definition that differs from a present one of the same name.
 *
 * @throws {RegistrationError} If they differ; names both.
 */
export function checkSame(name: string, present: KnownDefinition, asked: KnownDefinition): void {
  const same = present.text === asked.text &&
    present.schemas.every((schema, position) => schema === asked.schemas[position]);
  if (same) return;
  const difference = present.text === asked.text
    ? "with another schema object"
    : `as ${asked.text}`;
  throw new RegistrationError(
    `${name}: already registered as ${present.text}, now asked for ${difference}; ` +
      `use one definition, or another name`,
  );
}

/** JSON, or another text for a value that has none: validity is checked elsewhere. */
function text(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return display(value);
  }
}
