import type {
  CounterMetric,
  DefaultsClient,
  GaugeMetric,
  Labels,
  MetricConfig,
  ObservingMetric,
} from "./client.ts";
import type { DefaultMetricsConfig } from "./config.ts";

/** What a probe says about a family. The rest of it is the same for all families. */
export interface Definition extends Omit<MetricConfig, "labelNames" | "registers"> {
  /** Labels that its series have before those that all series have. */
  labelNames?: readonly string[];
}

/** Makes families as a program wants them: with its prefix and its labels, in its registry. */
export class DefaultFamilies {
  /** The labels that every series has. */
  readonly labels: Labels;
  readonly #client: DefaultsClient;
  readonly #prefix: string;
  readonly #registers: unknown[] | undefined;

  /**
   * @param client Its classes are used.
   * @param config What the program wants.
   */
  constructor(client: DefaultsClient, config: DefaultMetricsConfig) {
    this.labels = (config.labels || {}) as Labels;
    this.#client = client;
    this.#prefix = config.prefix || "";
    this.#registers = config.register ? [config.register] : undefined;
  }

  /** A counter. Like the others, it throws what the client's class throws. */
  counter(definition: Definition): CounterMetric {
    return new this.#client.Counter(this.#complete(definition));
  }

  /** A gauge. */
  gauge(definition: Definition): GaugeMetric {
    return new this.#client.Gauge(this.#complete(definition));
  }

  /** A histogram. */
  histogram(definition: Definition): ObservingMetric {
    return new this.#client.Histogram(this.#complete(definition));
  }

  /** A summary. */
  summary(definition: Definition): ObservingMetric {
    return new this.#client.Summary(this.#complete(definition));
  }

  #complete(definition: Definition): MetricConfig {
    const { name, labelNames = [] } = definition;
    return {
      ...definition,
      name: this.#prefix + name,
      labelNames: [...labelNames, ...Object.keys(this.labels)],
      registers: this.#registers,
    };
  }
}
