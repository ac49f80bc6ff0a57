import type { MetricJson } from "../registry/aggregators.ts";

/** A registry whose metrics others may ask for. */
export interface AskedRegistry {
  /** Its metrics; only those with an aggregator if that is given. */
  getMetricsAsJSON(aggregator?: string): Promise<readonly MetricJson[]>;
}

/** What processes and threads need of the client that they are part of. */
export interface ClusterHome {
  /** The global registry. */
  readonly register: AskedRegistry;
  /** Whether a value is a registry. */
  isRegistry(value: unknown): boolean;
  /** A registry with the sums, or what else aggregators make, of the metrics of several. */
  aggregate(
    lists: readonly (readonly MetricJson[])[],
    contentType?: string,
  ): { metrics(): Promise<string>; getMetricsAsArray(): unknown[] };
}

/** The registries whose metrics this process or thread gives to who asks. */
export class AskedRegistries {
  readonly #home: ClusterHome;
  /** The global registry unless others were set. */
  #registries: readonly AskedRegistry[] | undefined;

  /** The global registry. */
  constructor(home: ClusterHome) {
    this.#home = home;
  }

  /** Takes others. Throws a `TypeError` if one is no registry. */
  set(given: unknown): void {
    const registries = Array.isArray(given) ? given : [given];
    for (const registry of registries) {
      if (!this.#home.isRegistry(registry)) {
        throw new TypeError(`Expected Registry, got ${typeof registry}`);
      }
    }
    this.#registries = registries;
  }

  /** The metrics of each. */
  json(aggregator?: string): Promise<readonly (readonly MetricJson[])[]> {
    const registries = this.#registries ?? [this.#home.register];
    return Promise.all(registries.map((registry) => registry.getMetricsAsJSON(aggregator)));
  }
}
