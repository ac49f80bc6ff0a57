import {
  type CounterFamily,
  type GaugeFamily,
  help,
  type HistogramFamily,
  type Instruments,
  type LabelNames,
  type Library,
  namesOf,
} from "./library.ts";

interface Configuration {
  readonly name: string;
  readonly help: string;
  readonly labelNames: readonly string[];
  readonly registers: readonly Registry[];
  readonly buckets?: readonly number[];
}

/** The client's registry, as far as it is used here. */
export interface Registry {
  readonly contentType: string;
  /** A promise, or the text itself. */
  metrics(): Promise<string> | string;
  clear(): void;
}

/** What prom-client, its fork and its successor have in common. */
export interface PrometheusClient {
  readonly Registry: new () => Registry;
  readonly Counter: new (
    configuration: Configuration,
  ) => CounterFamily & { inc(by?: number): void };
  readonly Gauge: new (configuration: Configuration) => GaugeFamily & { set(value: number): void };
  readonly Histogram: new (
    configuration: Configuration,
  ) => HistogramFamily & { observe(value: number): void };
}

/**
 * One code base under three names: the successor goes by `@prometheus-io/client`.
 *
 * @param given The registry to measure; one of its own by default.
 */
export async function prometheusClient(specifier: string, given?: Registry): Promise<Library> {
  const client: PrometheusClient = await import(specifier);
  const utf8 = new TextEncoder();
  const registry = given ?? new client.Registry();
  return {
    ...instrumentsOf(client, registry),
    offers: (accept) => accept.startsWith("text/plain"),
    page: async () => ({
      bytes: utf8.encode(await registry.metrics()),
      contentType: registry.contentType,
    }),
    clear: () => registry.clear(),
  };
}

/** The client's own instruments. */
export function instrumentsOf(
  { Counter, Gauge, Histogram }: PrometheusClient,
  registry: Registry,
): Instruments {
  const configuration = (name: string, labels: LabelNames, buckets?: readonly number[]) => ({
    name,
    help,
    labelNames: namesOf(labels),
    registers: [registry],
    ...buckets && { buckets },
  });
  return {
    counter: (name) => new Counter(configuration(name, [])),
    counters: (name, labels) => new Counter(configuration(name, labels)),
    gauge: (name) => new Gauge(configuration(name, [])),
    gauges: (name, labels) => new Gauge(configuration(name, labels)),
    histogram: (name, bounds) => new Histogram(configuration(name, [], bounds)),
    histograms: (name, labels, bounds) => new Histogram(configuration(name, labels, bounds)),
  };
}
