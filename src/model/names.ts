import { display, RegistrationError } from "./errors.ts";

const anyText = "give a well-formed text without NUL that is not empty";

/**
 * Whether a metric name needs no quotes, as all names in Prometheus 2: `[a-zA-Z_:][a-zA-Z0-9_:]*`. Not
 * by that pattern: V8 compiles it at the first use and at the second, which takes 0.15 ms, a fifth of
 * the first definition of a process.
 */
export function isLegacyMetricName(name: string): boolean {
  for (let at = 0; at < name.length; at++) {
    const code = name.charCodeAt(at);
    const lower = code | 0x20;
    if (lower >= 0x61 && lower <= 0x7a || code === 0x5f || code === 0x3a) continue;
    if (at === 0 || code < 0x30 || code > 0x39) return false;
  }
  return name.length > 0;
}

/** The header of a family as a caller gives it. */
interface Header {
  readonly name: unknown;
  readonly help: unknown;
  readonly unit?: unknown;
}

/** Whether a header is like nearly all: a legacy-valid name, a help text, and no unit. */
export function isPlainHeader({ name, help, unit }: Header): boolean {
  return typeof name === "string" && isLegacyMetricName(name) && typeof help === "string" &&
    help.isWellFormed() && unit === undefined;
}

/** Whether a label name needs no quotes. */
export function isLegacyLabelName(name: string): boolean {
  return isLegacyMetricName(name) && !name.includes(":");
}

/**
 * Refuses a name that cannot be exposed.
 *
 * @param utf8 Whether any UTF-8 text is allowed, as in Prometheus 3.
 * @throws {RegistrationError} If the name does not match `[a-zA-Z_:][a-zA-Z0-9_:]*`; with `utf8`,
 * if it is empty, is not well-formed, or has NUL in it.
 */
export function checkMetricName(name: unknown, utf8: boolean): asserts name is string {
  if (typeof name === "string" && (utf8 ? isText(name) : isLegacyMetricName(name))) return;
  const remedy = utf8
    ? anyText
    : 'use letters, digits, "_" and ":", and do not begin with a digit; other names need ' +
      "a registry with utf8Names";
  throw new RegistrationError(`${display(name)} is not a metric name; ${remedy}`);
}

/**
 * Refuses a header that cannot be exposed.
 *
 * @param utf8 Whether any UTF-8 text is allowed as a name.
 * @throws {RegistrationError} If the name, the help text or the unit is not valid.
 */
export function checkHeader({ name, help, unit }: Header, utf8: boolean): void {
  checkMetricName(name, utf8);
  checkHelp(name, help);
  checkUnit(name, unit);
}

/**
 * Refuses the name of a metric that its type cannot have.
 *
 * @throws {RegistrationError} If an info is not called one, or a state set has no name of a label.
 */
export function checkNameOfType(type: string, name: string): void {
  // OpenMetrics leaves the suffix out, so there must be something before it.
  if (type === "info" && !/._info$/s.test(name)) {
    throw new RegistrationError(
      `${name}: the name of an info ends in "_info", in every format; call it ${name}_info`,
    );
  }
  if (type === "stateset" && (name.includes(":") || name === "__name__")) {
    throw new RegistrationError(
      `${name}: a state set's name is also that of a label, which has no colon and is not ` +
        `__name__; rename it`,
    );
  }
}

/** The rules for the name of a label. */
export interface LabelNameRules {
  /** The label that this type of metric writes itself, such as `le`. */
  readonly reserved: string | undefined;
  /** Whether any UTF-8 text is allowed. */
  readonly utf8Names: boolean;
}

/**
 * Refuses a label name that is malformed or reserved.
 *
 * @throws {RegistrationError} If the name does not match `[a-zA-Z_][a-zA-Z0-9_]*`; with `utf8Names`,
 * if it is empty, is not well-formed, or has NUL in it; if it begins with `__`, or is reserved.
 */
export function checkLabelName(
  family: string,
  label: unknown,
  { reserved, utf8Names }: LabelNameRules,
): asserts label is string {
  if (typeof label !== "string" || !(utf8Names ? isText(label) : isLegacyLabelName(label))) {
    const remedy = utf8Names
      ? anyText
      : 'use letters, digits and "_", and do not begin with a digit; other names need a registry ' +
        "with utf8Names";
    throw new RegistrationError(`${family}: ${display(label)} is not a label name; ${remedy}`);
  }
  if (label.startsWith("__")) {
    throw new RegistrationError(
      `${family}: label "${label}" is reserved; names that begin with "__" belong to Prometheus`,
    );
  }
  if (label === reserved) {
    throw new RegistrationError(
      `${family}: label "${label}" is reserved; this type of metric writes it itself`,
    );
  }
}

/**
 * Refuses a help text that UTF-8 cannot encode, or that is not a string.
 *
 * @throws {RegistrationError} If `help` is not a string, or holds a lone surrogate.
 */
export function checkHelp(family: string, help: unknown): asserts help is string {
  if (typeof help !== "string") {
    throw new RegistrationError(`${family}: help is ${display(help)}; give a text`);
  }
  if (!help.isWellFormed()) {
    throw new RegistrationError(`${family}: help ${display(help)} holds a lone surrogate`);
  }
}

/**
 * Refuses a unit that is not the suffix of the name.
 *
 * @throws {RegistrationError} If `unit` is given and not the suffix of the name before `_total`.
 */
function checkUnit(name: string, unit: unknown): void {
  if (unit === undefined) return;
  if (
    typeof unit !== "string" || unit === "" || !name.replace(/_total$/, "").endsWith(`_${unit}`)
  ) {
    throw new RegistrationError(
      `${name}: unit ${
        display(unit)
      } is not the name's suffix; Prometheus refuses such a scrape, ` +
        `so end the name in the unit or leave the unit out`,
    );
  }
}

function isText(name: string): boolean {
  // Prometheus 3 refuses a page on which a name has NUL in it.
  return name !== "" && name.isWellFormed() && !name.includes("\0");
}
