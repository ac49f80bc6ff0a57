import { display, InvalidLabelError, MetricsError, RegistrationError } from "../errors.ts";
import type { LabelRecord } from "../label_table.ts";
import { checkLabelName, type LabelNameRules } from "../names.ts";
import { isThenable, settled } from "../platform/thenable.ts";

/**
 * A value of an open label. Numbers and booleans are written as JavaScript prints them.
 *
 * @category Labels
 */
export type LabelValue = string | number | boolean;

/**
 * The part of a Standard Schema that a label needs; Zod, Valibot and ArkType schemas have it.
 *
 * Source: https://standardschema.dev, version 1.
 *
 * @category Labels
 */
export interface LabelSchema<Input = unknown> {
  /** The interface of the standard. */
  readonly "~standard": {
    /** The version of the standard. */
    readonly version: 1;
    /** Checks a value. A promise is refused, because recording never waits. */
    readonly validate: (value: unknown) => SchemaResult | Promise<SchemaResult>;
    /** The types of input and output; absent at run time. */
    readonly types?: { readonly input: Input; readonly output: unknown } | undefined;
  };
}

/**
 * The result of a {@linkcode LabelSchema}.
 *
 * @category Labels
 */
export type SchemaResult =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly { readonly message: string }[] };

/**
 * A label beside closed lists and schemas that takes any string, number or boolean.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const jobs = new MetricsRegistry().counter({
 *   name: "jobs_total",
 *   help: "Jobs done, by queue, and by tenant if there is one.",
 *   labels: { queue: { optional: false }, tenant: { optional: true } },
 * });
 * jobs.inc({ queue: "mail" });
 * assertEquals(jobs.labels({ queue: "mail", tenant: undefined }).get(), 1);
 * ```
 *
 * @category Labels
 */
export interface OpenLabel {
  /** Whether the label may be left out, or be `undefined`. The series then has no such label. */
  readonly optional: boolean;
}

/**
 * A rule that says which values a label takes: a closed list or a schema.
 *
 * @category Labels
 */
export type ClosedRule = readonly string[] | LabelSchema;

/**
 * The rule for the values of a label: a closed list, a schema, or that it takes any value.
 *
 * @category Labels
 */
export type LabelRule = ClosedRule | OpenLabel;

/**
 * The labels of a family: a list of names, which take any value, or an object with a rule per name.
 *
 * @category Labels
 */
export type LabelDefinition = readonly string[] | { readonly [label: string]: LabelRule };

/**
 * The label set of a definition: all of its labels, with values that their rules allow.
 *
 * A label may be left out if it is `{ optional: true }`, if its list has `""`, or its schema takes
 * `undefined`, such as `z.string().optional()` or `z.string().default("none")`. The series then has
 * the default, or has no such label, which is the same as `""` to Prometheus.
 *
 * @category Labels
 */
export type LabelsOf<Definition extends LabelDefinition> = Definition extends
  readonly (infer Name extends string)[] ? { readonly [Label in Name]: LabelValue }
  :
    & {
      readonly [
        Label in keyof Definition as undefined extends ValueOf<Definition[Label]> ? never : Label
      ]: ValueOf<Definition[Label]>;
    }
    & {
      readonly [
        Label in keyof Definition as undefined extends ValueOf<Definition[Label]> ? Label : never
      ]?: ValueOf<Definition[Label]>;
    } extends infer Labels ? { [Label in keyof Labels]: Labels[Label] }
  : never;

/**
 * The values that a label with this rule takes; `undefined` is among them if it may be left out.
 *
 * @category Labels
 */
export type ValueOf<Rule> = Rule extends readonly (infer Value)[]
  ? string extends Value ? Value : "" extends Value ? Value | undefined : Value
  : Rule extends LabelSchema<infer Input> ? Input
  : Rule extends { readonly optional: true } ? LabelValue | undefined
  : LabelValue;

/**
 * A label set as a caller gives it: not yet checked.
 *
 * @category Labels
 */
export type LabelSet = Readonly<Record<string, unknown>>;

/**
 * Which values a label takes without a rule: none, any string, number or boolean, or also none at
 * all, which is stored as `""`.
 */
export type Openness = "closed" | "open" | "optional";

/** A label of a family with its rule. */
export interface Label {
  /** The label's name. */
  readonly name: string;
  /** The closed list; `undefined` if the label is open or has a schema. */
  readonly values?: readonly string[];
  /** Which values it takes as they are. */
  readonly open: Openness;
  /** Whether a schema may change a value. */
  readonly transforms: boolean;
  /** The text of a value that a caller gives. Throws {@linkcode InvalidLabelError}. */
  resolve(value: unknown): string;
  /** The text if a caller leaves the label out; `undefined` if that is not allowed. */
  absent(): string | undefined;
}

/**
 * Reads a label definition.
 *
 * @throws {RegistrationError} If a name is malformed, reserved or listed twice, or a rule is
 * neither a list of distinct strings, nor a schema, nor that of an open label.
 */
export function readLabels(
  family: string,
  definition: LabelDefinition,
  rules: LabelNameRules,
): readonly Label[] {
  const isList = Array.isArray(definition);
  const names: readonly unknown[] = isList ? definition : Object.keys(definition);
  return names.map((name, position) => {
    checkLabelName(family, name, rules);
    if (names.indexOf(name) !== position) {
      throw new RegistrationError(`${family}: label "${name}" is there twice; name it once`);
    }
    return isList
      ? openLabel(family, name, false)
      : readRule(family, name, (definition as Record<string, LabelRule>)[name]);
  });
}

/**
 * Every combination of the values of closed labels.
 *
 * @throws {MetricsError} If a label is not closed.
 */
export function allLabelSets(family: string, labels: readonly Label[]): readonly LabelRecord[] {
  return labels.reduce<LabelRecord[]>((sets, { name, values }) => {
    if (values === undefined) {
      throw new MetricsError(
        `${family}: label "${name}" has no closed list of values; ` +
          `make its series one by one with labels()`,
      );
    }
    return sets.flatMap((set) => values.map((value) => ({ ...set, [name]: value })));
  }, [{}]);
}

/**
 * The text of an open label's value. Half of a surrogate pair, as `slice()` leaves it of an emoji,
 * becomes U+FFFD: UTF-8 has no bytes for it.
 *
 * @throws {InvalidLabelError} If the value is not a string, number or boolean.
 */
export function labelText(family: string, label: string, value: unknown): string {
  if (typeof value === "string") return value.toWellFormed();
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw new InvalidLabelError(
    family,
    label,
    value,
    `${display(value)} is not a label value; give a string, a number or a boolean`,
  );
}

/** Whether a rule is a schema, whatever else it has: those of Zod have a method `optional`. */
export function isSchema(rule: LabelRule): rule is LabelSchema {
  return typeof (rule as LabelSchema)?.["~standard"]?.validate === "function";
}

function readRule(family: string, name: string, rule: LabelRule): Label {
  if (Array.isArray(rule)) return closedLabel(family, name, rule);
  if (isSchema(rule)) return schemaLabel(family, name, rule);
  const { optional } = (rule ?? {}) as Partial<OpenLabel>;
  if (typeof optional === "boolean") return openLabel(family, name, optional);
  throw new RegistrationError(
    `${family}: label "${name}" has the rule ${display(rule)}; ` +
      `give a list of values, a schema, or { optional: true }`,
  );
}

function openLabel(family: string, name: string, isOptional: boolean): Label {
  return {
    name,
    open: isOptional ? "optional" : "open",
    transforms: false,
    resolve: (value) => isOptional && value === undefined ? "" : labelText(family, name, value),
    absent: () => isOptional ? "" : undefined,
  };
}

function closedLabel(family: string, name: string, values: readonly string[]): Label {
  for (const value of values) {
    if (typeof value !== "string" || !value.isWellFormed()) {
      throw new RegistrationError(
        `${family}: label "${name}" lists ${display(value)}; list well-formed strings`,
      );
    }
  }
  if (values.length === 0 || new Set(values).size !== values.length) {
    throw new RegistrationError(
      `${family}: label "${name}" lists [${values}]; list each value once, and at least one`,
    );
  }
  const allowed: ReadonlySet<unknown> = new Set(values);
  return {
    name,
    values: [...values],
    open: "closed",
    transforms: false,
    absent: () => allowed.has("") ? "" : undefined,
    resolve(value) {
      if (allowed.has(value)) return value as string;
      if (value === undefined && allowed.has("")) return "";
      throw new InvalidLabelError(
        family,
        name,
        value,
        `${display(value)} is not allowed; use one of ${values.join(", ")}`,
      );
    },
  };
}

function schemaLabel(family: string, name: string, schema: LabelSchema): Label {
  const resolve = (value: unknown): string => {
    const result = schema["~standard"].validate(value);
    if (isThenable(result)) {
      // Nobody else handles its rejection, which would end the process.
      settled(result).catch(() => {});
      throw new InvalidLabelError(
        family,
        name,
        value,
        "its schema answers with a promise, or throws; use one that answers at once",
      );
    }
    if (result.issues) {
      const reasons = result.issues.map((issue) => issue.message).join("; ");
      throw new InvalidLabelError(family, name, value, `${display(value)}: ${reasons}`);
    }
    return result.value === undefined ? "" : labelText(family, name, result.value);
  };
  return {
    name,
    open: "closed",
    transforms: true,
    resolve,
    absent() {
      try {
        return resolve(undefined);
      } catch {
        return undefined;
      }
    },
  };
}
