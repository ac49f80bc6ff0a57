/** The classes of a client that its default metrics are made of. */
export interface DefaultsClient {
  /** Its counters. */
  readonly Counter: new (config: MetricConfig) => CounterMetric;
  /** Its gauges. */
  readonly Gauge: new (config: MetricConfig) => GaugeMetric;
  /** Its histograms. */
  readonly Histogram: new (config: MetricConfig) => ObservingMetric;
  /** Its summaries. */
  readonly Summary: new (config: MetricConfig) => ObservingMetric;
}

/** The labels of a series. */
export type Labels = Readonly<Record<string, string | number>>;

/** What a metric is made from. */
export interface MetricConfig {
  /** The name of its family. */
  name: string;
  /** The help text of its family. */
  help: string;
  /** Labels that its series may have. */
  labelNames: string[];
  /** Where it is registered; in the client's global registry if `undefined`. */
  // deno-lint-ignore no-explicit-any -- each client takes only its own registries
  registers: any[] | undefined;
  /** How a family of several processes becomes one. */
  aggregator?: Aggregator;
  /** Called before the metric is read. */
  collect?: () => void;
  /** Whether a counter or histogram has exemplars. */
  enableExemplars?: boolean;
  /** The upper bounds of a histogram. */
  buckets?: number[];
  /** The quantiles of a summary. */
  percentiles?: number[];
  /** The age in seconds from which a summary forgets. */
  maxAgeSeconds?: number;
  /** The number of steps in which it does. */
  ageBuckets?: number;
}

/** Those of the clients' aggregators that default metrics have; the clients' own is `sum`. */
export type Aggregator = "first" | "min" | "max" | "average" | "omit";

/** A counter. */
export interface CounterMetric {
  /** Adds a value to a series, or what an object says to the series that it says. */
  inc(labels: object, value?: number): void;
}

/** A gauge. */
export interface GaugeMetric {
  /** Sets a series. */
  set(labels: object, value: number): void;
  /** Removes all series. */
  reset(): void;
}

/** A histogram or a summary. */
export interface ObservingMetric {
  /** Adds a value to a series, or to the one without labels. */
  observe(labels: object | number, value?: number): void;
}
