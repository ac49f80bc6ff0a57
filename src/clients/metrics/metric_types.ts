import type { LabelSet } from "../../model/family/labels.ts";

/**
 * The aggregation of a metric over processes.
 *
 * @category Metrics
 */
export type Aggregator = "omit" | "sum" | "first" | "min" | "max" | "average";

/** What every metric is configured with. */
export interface MetricConfiguration<Labels extends string> {
  /** The name: letters, digits, `_` and `:`, not beginning with a digit. */
  name: string;
  /** What it measures. */
  help: string;
  /** The names of its labels; none by default. */
  labelNames?: Labels[] | readonly Labels[];
  /** The registries that it enters; the global one by default, and none if the list is empty. */
  // deno-lint-ignore no-explicit-any -- a registry of any content type, as in the client's types
  registers?: any[];
  /** How it is aggregated over processes; the sum by default. */
  aggregator?: Aggregator;
  /** Called before each page; a promise is awaited. `this` is the metric. */
  // deno-lint-ignore no-explicit-any -- each metric has itself as `this`
  collect?: (this: any) => void | Promise<void>;
  /** Whether recordings may have exemplars; the registries must then be OpenMetrics ones. */
  enableExemplars?: boolean;
}

/** A metric without its series. */
export interface MetricObject {
  /** What it measures. */
  help: string;
  /** The name. */
  name: string;
  /** The type. */
  type: string;
  /** How it is aggregated over processes. */
  aggregator: Aggregator;
}

/** A metric with its series. */
export interface MetricObjectWithValues<Value> extends MetricObject {
  /** Its samples. */
  values: Value[];
}

/** A sample with its labels. */
export interface MetricValue<Labels extends string> {
  /** The number. */
  value: number;
  /** The labels, as they were given. */
  labels: Partial<Record<Labels, string | number>>;
  /** The name of the sample, if it is not that of the metric. */
  metricName?: string;
  /** The exemplar, if there is one. */
  exemplar?: ClientExemplar | null;
}

/** An exemplar of a sample. */
export interface ClientExemplar {
  /** Its labels. */
  labelSet: LabelSet;
  /** The value. */
  value: number;
  /** When it was recorded, in seconds since 1970. */
  timestamp?: number;
}
