import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientProfile } from "../profile.ts";

/**
 * A sample in the JSON of a metric.
 *
 * @internal
 */
export interface SampleJson {
  /** The number. */
  value: number;
  /** Its labels. */
  labels: LabelSet;
  /** The name, if it is not that of the metric. */
  metricName?: string;
}

/**
 * A metric as JSON, which another process or thread may have sent.
 *
 * @internal
 */
export interface MetricJson {
  /** The name. */
  name: string;
  /** What it measures. */
  help: string;
  /** The type, as pages write it. */
  type: string;
  /** Its samples. */
  values: SampleJson[];
  /** How it is aggregated. */
  aggregator?: string;
}

/**
 * One metric of several, or nothing if the metric is left out.
 *
 * @internal
 */
export type AggregatorFunction = (metrics: readonly MetricJson[]) => MetricJson | undefined;

/**
 * Functions by the names of aggregators; a program may add its own.
 *
 * @internal
 */
export type Aggregators = Record<string, AggregatorFunction>;

/** What an aggregated registry needs of a registry. */
export interface AggregatedMetrics {
  /** Takes a metric. */
  registerMetric(metric: MetricJson & { get(): MetricJson }): void;
}

/** The aggregators of a client. */
export function aggregatorsOf({ groupsByName }: ClientProfile): Aggregators {
  const by = (combine: (values: readonly number[]) => number): AggregatorFunction => (metrics) =>
    metrics.length === 0 ? undefined : combined(metrics, groupsByName, combine);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    sum: by(sum),
    first: by(([first]) => first!),
    omit: () => undefined,
    average: by((values) => sum(values) / values.length),
    min: by((values) => values.reduce((least, value) => Math.min(least, value), Infinity)),
    max: by((values) => values.reduce((most, value) => Math.max(most, value), -Infinity)),
  };
}

/**
 * Puts the metrics of several registries into one, with the samples of each name and label set as one.
 *
 * @param registry An empty registry.
 * @param lists What `getMetricsAsJSON()` of each gave.
 * @throws {Error} If a metric has an aggregator that is not defined.
 */
export function aggregated<Registry extends AggregatedMetrics>(
  registry: Registry,
  lists: readonly (readonly MetricJson[])[],
  aggregators: Aggregators,
  { sumsByDefault }: ClientProfile,
): Registry {
  for (const metrics of grouped(lists.flat(), ({ name }) => name)) {
    const aggregator = metrics[0]!.aggregator ?? (sumsByDefault ? "sum" : undefined);
    const aggregate = aggregators[`${aggregator}`];
    if (typeof aggregate !== "function") {
      throw new Error(`'${aggregator}' is not a defined aggregator.`);
    }
    const metric = aggregate(metrics);
    if (metric) registry.registerMetric({ get: () => metric, ...metric });
  }
  return registry;
}

function combined(
  metrics: readonly MetricJson[],
  groupsByName: boolean,
  combine: (values: readonly number[]) => number,
): MetricJson {
  const { help, name, type, aggregator } = metrics[0]!;
  const samples = metrics.flatMap(({ values }) => values);
  const lists = groupsByName
    ? grouped(samples, ({ metricName = "" }) => metricName).map((list) =>
      grouped(list, ({ labels }) => labelKey(labels ?? {}))
    )
    : [grouped(samples, (sample) => `${sample.metricName}:${labelKey(sample.labels)}`)];
  const values = lists.flat().map((group) => {
    const { labels, metricName } = group[0]!;
    const value = combine(group.map(({ value }) => value));
    return metricName ? { value, labels, metricName } : { value, labels };
  });
  return { help, name, type, values, aggregator };
}

/** Groups in the order in which their first members came. */
function grouped<Member>(
  members: readonly Member[],
  keyOf: (member: Member) => string,
): readonly (readonly Member[])[] {
  const groups = new Map<string, Member[]>();
  for (const member of members) {
    const key = keyOf(member);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [member]);
    else group.push(member);
  }
  return [...groups.values()];
}

/** A text that is the same for the same labels, whatever their order, and for no others. */
function labelKey(labels: LabelSet): string {
  const names = Object.keys(labels).sort();
  return JSON.stringify(names.map((name) => [name, String(labels[name])]));
}
