import { CollectionError, display } from "./errors.ts";
import { checkDistinct } from "./merge_families.ts";
import { checkHelp, checkLabelName, checkMetricName } from "./names.ts";
import type { MetricFamily } from "./snapshot.ts";

/**
 * Checks a family that a collector made by hand, so that a slip in one collector cannot spoil the
 * page for all.
 *
 * @throws {MetricsError} Where the family is not one, or would be refused by a server.
 */
export function checkFamily(family: MetricFamily): void {
  if (typeof family !== "object" || family === null) {
    throw new CollectionError(`a collector returned ${display(family)} in place of a family`);
  }
  checkMetricName(family.name);
  checkHelp(family.name, family.help);
  checkTable(family);
  checkNumbers(family);
}

function checkTable(family: MetricFamily): void {
  const { name, labels } = family;
  const sized = Array.isArray(labels?.names) && Array.isArray(labels.values) &&
    Number.isInteger(labels.rows) && labels.rows >= 0 &&
    labels.values.length >= labels.rows * labels.names.length;
  if (!sized) {
    throw new CollectionError(`${name}: its label table is malformed; make it with labelTable()`);
  }
  labels.names.forEach((label, column) => {
    checkLabelName(name, label, family.type === "histogram" ? "le" : undefined);
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

function checkNumbers(family: MetricFamily): void {
  const { name, labels: { rows } } = family;
  switch (family.type) {
    case "counter":
    case "gauge":
      return checkLength(name, "values", family.values, rows);
    case "histogram":
      checkBounds(name, family.bounds);
      checkLength(name, "buckets", family.buckets, rows * (family.bounds.length + 1));
      return checkLength(name, "sums", family.sums, rows);
    default:
      throw new CollectionError(
        `${name}: ${display((family as { type: unknown }).type)} is not a type of metric`,
      );
  }
}

function checkBounds(name: string, bounds: readonly number[]): void {
  const ascending = Array.isArray(bounds) &&
    bounds.every((bound, at) => Number.isFinite(bound) && (at === 0 || bounds[at - 1] < bound));
  if (!ascending) {
    throw new CollectionError(
      `${name}: bucket bounds ${display(bounds)} are not ascending numbers`,
    );
  }
}

function checkLength(name: string, what: string, numbers: unknown, length: number): void {
  if (!(numbers instanceof Float64Array) || numbers.length !== length) {
    throw new CollectionError(`${name}: ${what} is not a Float64Array of ${length} numbers`);
  }
}
