import { CollectionError, display } from "../errors.ts";
import { checkDistinct } from "./concatenate_families.ts";
import {
  type AnyFamily,
  entriesEach,
  isMetricType,
  metricTypes,
  type Part,
  type PartName,
  partsOf,
  type Shape,
} from "../metric_types.ts";
import { checkHelp, checkLabelName, checkMetricName } from "../names.ts";
import type { MetricFamily } from "../snapshot.ts";

/**
 * Checks a family that a collector made by hand, so that a slip in one collector cannot spoil the
 * page for all. Returns a copy, which cannot change after the check.
 *
 * @throws {MetricsError} If it is no family, or a server would refuse it.
 */
export function checkedFamily(given: MetricFamily): MetricFamily {
  if (typeof given !== "object" || given === null) {
    throw new CollectionError(`a collector returned ${display(given)} in place of a family`);
  }
  const family: MetricFamily = { ...given, labels: { ...given.labels } };
  checkMetricName(family.name, true);
  checkHelp(family.name, family.help);
  if (!isMetricType(family.type)) {
    throw new CollectionError(
      `${family.name}: ${display((family as MetricFamily).type)} is not a type of metric`,
    );
  }
  checkTable(family);
  checkName(family);
  checkParts(family);
  return family;
}

function checkTable(family: MetricFamily): void {
  const { name, labels } = family;
  const sized = Array.isArray(labels?.names) && Array.isArray(labels.values) &&
    Number.isInteger(labels.rows) && labels.rows >= 0 &&
    labels.values.length >= labels.rows * labels.names.length;
  if (!sized) {
    throw new CollectionError(`${name}: its label table is malformed; make it with labelTable()`);
  }
  const reserved = metricTypes[family.type].reservedLabel?.(name);
  labels.names.forEach((label, column) => {
    checkLabelName(name, label, { reserved, utf8Names: true });
    if (labels.names.indexOf(label) !== column) {
      throw new CollectionError(`${name}: label "${label}" is there twice; name it once`);
    }
  });
  for (let at = 0; at < labels.rows * labels.names.length; at++) {
    const value: unknown = labels.values[at];
    if (typeof value !== "string" || !value.isWellFormed()) {
      const label = labels.names[at % labels.names.length];
      throw new CollectionError(
        `${name}: label "${label}": ${display(value)} is not a well-formed string`,
      );
    }
  }
  checkDistinct(name, labels);
}

/** Checks the name as the type asks for it. */
function checkName({ type, name }: MetricFamily): void {
  if (type === "info" && !name.endsWith("_info")) {
    throw new CollectionError(
      `${name}: the name of an info ends in "_info"; call it ${name}_info`,
    );
  }
  if (type === "stateset" && name.includes(":")) {
    throw new CollectionError(
      `${name}: a state set's name is also that of a label, which has no colon; rename it`,
    );
  }
}

/** Shapes come first in the table, so that the columns' sizes can be told by them. */
function checkParts(family: AnyFamily): void {
  for (const [name, part] of partsOf(family.type)) {
    const isAbsent = part.optional === true && family[name] == null;
    if (!isAbsent) checkPart(family, name, part);
  }
}

function checkPart(family: AnyFamily, part: PartName, description: Part): void {
  const { name, labels: { rows } } = family;
  const value: unknown = family[part];
  if (description.kind === "shape") return checkShape(name, part, value, description);
  if (description.kind === "created") return checkCreated(name, value as ArrayLike<number>, rows);
  const isNumbers = description.kind === "numbers";
  if (isNumbers && !(value instanceof Float64Array)) {
    throw new CollectionError(`${name}: ${part} is not a Float64Array`);
  }
  const { length } = value as ArrayLike<unknown>;
  const size = rows * entriesEach(family, description);
  if (length !== size) {
    throw new CollectionError(
      `${name}: ${part} has ${length} entries, but its series need ${size}`,
    );
  }
  if (isNumbers && description.isCount) checkCounts(name, part, value as Float64Array);
}

function checkShape(name: string, part: string, value: unknown, { holds }: Shape): void {
  switch (holds) {
    case "ascending":
      return checkAscending(name, part, value as readonly number[]);
    case "distinct":
      return checkDistinctTexts(name, part, value as readonly string[]);
    case undefined:
      return;
    default:
      holds satisfies never;
  }
}

function checkDistinctTexts(name: string, what: string, texts: readonly string[]): void {
  const distinct = Array.isArray(texts) && new Set(texts).size === texts.length &&
    texts.every((text) => typeof text === "string" && text.isWellFormed());
  if (!distinct) {
    throw new CollectionError(`${name}: ${what} ${display(texts)} are not distinct strings`);
  }
}

function checkAscending(name: string, what: string, numbers: readonly number[]): void {
  const ascending = Array.isArray(numbers) &&
    numbers.every((number, at) => Number.isFinite(number) && !(numbers[at - 1] >= number));
  if (!ascending) {
    throw new CollectionError(`${name}: ${what} ${display(numbers)} are not ascending numbers`);
  }
}

/** The list may be longer than the table: a family's own one grows while a page is written. */
function checkCreated(name: string, created: ArrayLike<number>, rows: number): void {
  if (!(created?.length >= rows)) {
    throw new CollectionError(`${name}: created does not hold ${rows} times`);
  }
}

/** What counts only grows, so it is never below 0 and never NaN. */
function checkCounts(name: string, what: string, counts: Float64Array): void {
  const wrong = counts.find((count) => !(count >= 0));
  if (wrong === undefined) return;
  throw new CollectionError(`${name}: ${what} hold ${wrong}; what counts is a number from 0 up`);
}
