import { CollectionError, display } from "../errors.ts";
import { checkDistinct } from "./merge_families.ts";
import { checkHelp, checkLabelName, checkMetricName } from "../names.ts";
import type { BucketedSnapshot, MetricFamily } from "../snapshot.ts";

/**
 * Checks a family that a collector made by hand, so that a slip in one collector cannot spoil the
 * page for all.
 *
 * @returns A copy of it, which cannot change after the check.
 * @throws {MetricsError} Where the family is not one, or would be refused by a server.
 */
export function checkedFamily(given: MetricFamily): MetricFamily {
  if (typeof given !== "object" || given === null) {
    throw new CollectionError(`a collector returned ${display(given)} in place of a family`);
  }
  const family: MetricFamily = { ...given, labels: { ...given.labels } };
  checkMetricName(family.name, true);
  checkHelp(family.name, family.help);
  checkTable(family);
  checkNumbers(family);
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
  labels.names.forEach((label, column) => {
    checkLabelName(name, label, { reserved: reservedLabel(family), utf8Names: true });
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

/** The label that a type of metric writes itself. */
function reservedLabel({ type, name }: MetricFamily): string | undefined {
  switch (type) {
    case "histogram":
    case "gaugehistogram":
      return "le";
    case "summary":
      return "quantile";
    case "stateset":
      return name;
    default:
      return undefined;
  }
}

function checkNumbers(family: MetricFamily): void {
  const { name, labels: { rows } } = family;
  switch (family.type) {
    case "counter":
      checkColumn(name, "exemplars", family.exemplars ?? { length: rows }, rows);
      checkCreated(name, family.created, rows);
      return checkCounts(name, "values", family.values, rows);
    case "gauge":
    case "unknown":
      return checkNumberColumn(name, "values", family.values, rows);
    case "info":
      if (name.endsWith("_info")) return;
      throw new CollectionError(
        `${name}: the name of an info ends in "_info"; call it ${name}_info`,
      );
    case "stateset":
      checkStates(name, family.states);
      if (name.includes(":")) {
        throw new CollectionError(
          `${name}: a state set's name is also that of a label, which has no colon; rename it`,
        );
      }
      return checkNumberColumn(name, "values", family.values, rows * family.states.length);
    case "summary":
      checkAscending(name, "quantiles", family.quantiles);
      checkCreated(name, family.created, rows);
      checkNumberColumn(name, "values", family.values, rows * family.quantiles.length);
      checkCounts(name, "counts", family.counts, rows);
      return checkNumberColumn(name, "sums", family.sums, rows);
    case "histogram":
      checkCreated(name, family.created, rows);
      checkBuckets(family);
      return checkCounts(name, "buckets", family.buckets, family.buckets.length);
    case "gaugehistogram":
      return checkBuckets(family);
    default: {
      const { type } = family as { readonly type: unknown };
      throw new CollectionError(`${name}: ${display(type)} is not a type of metric`);
    }
  }
}

function checkBuckets(family: BucketedSnapshot): void {
  const { name, labels: { rows }, bounds } = family;
  checkAscending(name, "bounds", bounds);
  const size = rows * (bounds.length + 1);
  checkNumberColumn(name, "buckets", family.buckets, size);
  checkNumberColumn(name, "sums", family.sums, rows);
  checkColumn(name, "exemplars", family.exemplars ?? { length: size }, size);
  checkColumn(name, "native", family.native ?? { length: rows }, rows);
}

function checkStates(name: string, states: readonly string[]): void {
  const distinct = Array.isArray(states) && new Set(states).size === states.length &&
    states.every((state) => typeof state === "string" && state.isWellFormed());
  if (!distinct) {
    throw new CollectionError(`${name}: states ${display(states)} are not distinct strings`);
  }
}

function checkAscending(name: string, what: string, numbers: readonly number[]): void {
  const ascending = Array.isArray(numbers) &&
    numbers.every((number, at) => Number.isFinite(number) && !(numbers[at - 1] >= number));
  if (!ascending) {
    throw new CollectionError(`${name}: ${what} ${display(numbers)} are not ascending numbers`);
  }
}

function checkCreated(name: string, created: ArrayLike<number> | undefined, rows: number): void {
  if (created !== undefined && !(created.length >= rows)) {
    throw new CollectionError(`${name}: created does not hold ${rows} times`);
  }
}

/** What counts only grows, so that it is nowhere below 0, nor no number at all. */
function checkCounts(name: string, what: string, counts: Float64Array, length: number): void {
  checkNumberColumn(name, what, counts, length);
  const wrong = counts.find((count) => !(count >= 0));
  if (wrong === undefined) return;
  throw new CollectionError(`${name}: ${what} hold ${wrong}; what counts is a number from 0 up`);
}

function checkNumberColumn(name: string, what: string, numbers: unknown, length: number): void {
  if (!(numbers instanceof Float64Array)) {
    throw new CollectionError(`${name}: ${what} is not a Float64Array`);
  }
  checkColumn(name, what, numbers, length);
}

function checkColumn(
  name: string,
  what: string,
  column: { readonly length: number },
  length: number,
): void {
  if (column.length !== length) {
    throw new CollectionError(
      `${name}: ${what} has ${column.length} entries, where its series need ${length}`,
    );
  }
}
