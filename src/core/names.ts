import { display, RegistrationError } from "./errors.ts";

const metricName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * Refuses a name that the text format cannot carry.
 *
 * @throws {RegistrationError} Where the name does not match `[a-zA-Z_:][a-zA-Z0-9_:]*`.
 */
export function checkMetricName(name: unknown): asserts name is string {
  if (typeof name !== "string" || !metricName.test(name)) {
    throw new RegistrationError(
      `${display(name)} is not a metric name; use letters, digits, "_" and ":", ` +
        `and do not begin with a digit`,
    );
  }
}

/**
 * Refuses a label name that is malformed or that Prometheus keeps for itself.
 *
 * @throws {RegistrationError} Where the name does not match `[a-zA-Z_][a-zA-Z0-9_]*`, begins with
 * `__`, or is the one that the type of metric writes itself (`le`, `quantile`).
 */
export function checkLabelName(
  family: string,
  label: unknown,
  reserved?: string,
): asserts label is string {
  if (typeof label !== "string" || !labelName.test(label)) {
    throw new RegistrationError(
      `${family}: ${display(label)} is not a label name; use letters, digits and "_", ` +
        `and do not begin with a digit`,
    );
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
 * Refuses a text that UTF-8 cannot carry, and one that is no text at all.
 *
 * @throws {RegistrationError} Where `help` is not a string, or holds a lone surrogate.
 */
export function checkHelp(family: string, help: unknown): asserts help is string {
  if (typeof help !== "string") {
    throw new RegistrationError(`${family}: help is ${display(help)}; give a text`);
  }
  if (!help.isWellFormed()) {
    throw new RegistrationError(`${family}: help ${display(help)} holds a lone surrogate`);
  }
}
