/**
 * An error of this library. Its message names the family, the value and the remedy.
 *
 * It is the base of all errors that recording, registering and serving throw, so one `instanceof`
 * tells a mistake in the use of metrics from any other failure.
 *
 * @example
 * ```ts
 * import { InvalidLabelError, MetricsError, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertThrows } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const jobs = registry.counter({ name: "jobs_total", help: "Jobs done.", labels: ["result"] });
 * const labels = JSON.parse('{ "reslut": "ok" }');
 * assertThrows(() => jobs.inc(labels), MetricsError, "jobs_total");
 * assertThrows(() => jobs.inc(labels), InvalidLabelError);
 * ```
 *
 * @category Errors
 */
export class MetricsError extends Error {
  /** The name of the class, also in minified code. */
  override readonly name: string = "MetricsError";
}

/**
 * A definition cannot be registered: a bad name, bad buckets, or a clash with another family.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, RegistrationError } from "@edgeprom/edgeprom/core";
 * import { assertThrows } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." });
 * assertThrows(() => registry.gauge({ name: "jobs_total", help: "Jobs." }), RegistrationError);
 * ```
 *
 * @category Errors
 */
export class RegistrationError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "RegistrationError";
}

/**
 * An instrument does not take a value, such as a negative increment of a counter.
 *
 * @example
 * ```ts
 * import { InvalidValueError, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertThrows } from "@std/assert";
 *
 * const jobs = new MetricsRegistry().counter({ name: "jobs_total", help: "Jobs done." });
 * assertThrows(() => jobs.inc(-1), InvalidValueError, "jobs_total: -1 is not");
 * ```
 *
 * @category Errors
 */
export class InvalidValueError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "InvalidValueError";

  /** The family that refused the value. */
  readonly family: string;
  /** The value as it was given. */
  readonly value: unknown;

  /** Says which family refused which value, and what it takes instead. */
  constructor(family: string, value: unknown, expected: string) {
    super(`${family}: ${display(value)} is not ${expected}`);
    this.family = family;
    this.value = value;
  }
}

/**
 * A label set does not fit its family: a name is missing or unknown, or a value is not allowed.
 *
 * @example
 * ```ts
 * import { InvalidLabelError, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals, assertThrows } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const labels = { result: ["ok", "failed"] } as const;
 * const jobs = registry.counter({ name: "jobs_total", help: "Jobs done.", labels });
 * const lost = JSON.parse('{ "result": "lost" }');
 * const error = assertThrows(() => jobs.inc(lost), InvalidLabelError);
 * assertEquals([error.family, error.label, error.value], ["jobs_total", "result", "lost"]);
 * ```
 *
 * @category Errors
 */
export class InvalidLabelError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "InvalidLabelError";

  /** The family whose label was wrong. */
  readonly family: string;
  /** The label, or `""` if the label set as a whole is wrong. */
  readonly label: string;
  /** The value as it was given. */
  readonly value: unknown;

  /** Says which label of which family has which value, and what is allowed instead. */
  constructor(family: string, label: string, value: unknown, problem: string) {
    super(label === "" ? `${family}: ${problem}` : `${family}: label "${label}": ${problem}`);
    this.family = family;
    this.label = label;
    this.value = value;
  }
}

/**
 * A collector failed, timed out or returned something else than metric families.
 *
 * @example
 * ```ts
 * import { CollectionError, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertInstanceOf } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.register({ collect: () => Promise.reject(new Error("the database is away")) });
 * const { errors } = await registry.gather();
 * assertInstanceOf(errors[0], CollectionError);
 * ```
 *
 * @category Errors
 */
export class CollectionError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "CollectionError";
}

/**
 * A snapshot cannot be written in the requested format.
 *
 * @example
 * ```ts
 * import { constGauge, EncodingError, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertThrows } from "@std/assert";
 *
 * // In a format whose names are letters, digits and underscores, these two are one.
 * const families = ["a b", "a_b"].map((name) =>
 *   constGauge({ name, help: "What is a.", samples: [{ value: 1 }] })
 * );
 * assertThrows(() => prometheusText.encode(families), EncodingError);
 * ```
 *
 * @category Errors
 */
export class EncodingError extends MetricsError {
  /** The name of the class, also in minified code. */
  override readonly name: string = "EncodingError";
}

/** The message of anything that was thrown, even if it cannot be converted to a string. */
export function reasonOf(thrown: unknown): string {
  try {
    if (thrown instanceof Error) return String(thrown.message);
  } catch {
    // A revoked proxy, or a message that throws.
  }
  return typeof thrown === "string" ? thrown : display(thrown);
}

/** Any value as it is shown in an error message, at most 80 characters long. */
export function display(value: unknown): string {
  let text: string;
  try {
    text = typeof value === "string" ? JSON.stringify(value) : String(value);
    if (Array.isArray(value)) text = `[${text}]`;
  } catch {
    text = `a value of type ${typeof value}`;
  }
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
