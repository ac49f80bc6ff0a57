import { display, MetricsError } from "../../model/errors.ts";
import { overflowLabel } from "../../model/family/series_budget.ts";
import { isMetricType } from "../../model/metric_types.ts";
import { checkMetricName } from "../../model/names.ts";
import type { FamilyHeader, MetricFamily, MetricType } from "../../model/snapshot.ts";

/**
 * What is known of a family whose snapshot is not at hand. A `FamilyDescription` is one.
 *
 * @category Dashboards
 */
export interface FamilyOutline extends FamilyHeader {
  /** The type of metric. */
  readonly type: MetricType;
  /** The names of its labels, without `le` and `quantile`. */
  readonly labelNames: readonly string[];
  /** Whether a histogram has native buckets, maybe beside classic ones; false by default. */
  readonly native?: boolean;
}

/**
 * A family that dashboards and rules are made of: a snapshot, or what is known of one.
 *
 * @category Dashboards
 */
export type OperationsFamily = MetricFamily | FamilyOutline;

/** What queries need to know of a family. */
export interface KnownFamily {
  readonly name: string;
  readonly help: string;
  readonly unit?: string;
  readonly type: MetricType;
  /** The names of its own labels. */
  readonly labels: readonly string[];
  /** Whether it may have classic buckets, if it is a histogram. */
  readonly classic: boolean;
  /** Whether it may have native buckets, if it is a histogram. */
  readonly native: boolean;
  /** Whether it may have quantiles, if it is a summary. */
  readonly quantiles: boolean;
}

/**
 * What is known of the families, sorted by name, so that the order of collectors changes nothing.
 *
 * @param owner The function that was called, for the message.
 * @throws {MetricsError} If it is no list of families, or has a family twice.
 */
export function readFamilies(
  owner: string,
  families: readonly OperationsFamily[],
): readonly KnownFamily[] {
  if (!Array.isArray(families)) {
    throw new MetricsError(
      `${owner}: ${display(families)} is not a list; give (await registry.gather()).families`,
    );
  }
  const known = families.map((family) => readFamily(owner, family));
  const names = new Set<string>();
  for (const { name } of known) {
    if (names.has(name)) {
      throw new MetricsError(`${owner}: ${name} is there twice; give each family once`);
    }
    names.add(name);
  }
  return known.sort((one, other) => one.name < other.name ? -1 : 1);
}

function readFamily(owner: string, family: OperationsFamily): KnownFamily {
  if (typeof family !== "object" || family === null || !isMetricType(family.type)) {
    throw new MetricsError(
      `${owner}: ${display(family)} is not a family; give (await registry.gather()).families`,
    );
  }
  const { name, help, unit, type } = family;
  checkMetricName(name, true);
  if (typeof help !== "string") {
    throw new MetricsError(`${owner}: ${name}: help ${display(help)} must be a string`);
  }
  if (unit !== undefined && typeof unit !== "string") {
    throw new MetricsError(`${owner}: ${name}: unit ${display(unit)} must be a string`);
  }
  const labels: unknown = "labels" in family ? family.labels?.names : family.labelNames;
  if (!isListOfStrings(labels)) {
    throw new MetricsError(
      `${owner}: ${name}: labelNames ${display(labels)} must be a list of strings`,
    );
  }
  return {
    name,
    help,
    unit,
    type,
    // A registry adds this one to a family that is full; nothing is to be grouped by it.
    labels: labels.filter((label) => label !== overflowLabel),
    ...bucketsOf(family),
    quantiles: !("quantiles" in family) || family.quantiles.length > 0,
  };
}

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function bucketsOf(family: OperationsFamily): Pick<KnownFamily, "classic" | "native"> {
  if ("bounds" in family) {
    const native = family.native !== undefined;
    return { classic: !native || family.bounds.length > 0, native };
  }
  return { classic: true, native: "native" in family && family.native === true };
}
