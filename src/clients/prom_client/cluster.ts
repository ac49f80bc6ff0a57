import { askingRegistry } from "../entry/cluster_classes.ts";
import type { RegistryContentType } from "../entry/types.ts";
import type { Aggregators } from "../registry/aggregators.ts";
import { parts } from "./classes.ts";
import type { Registry } from "./registry.ts";

/**
 * A registry of a primary process, which also has the metrics of its workers, of `node:cluster`.
 *
 * @example
 * ```ts
 * import { AggregatorRegistry } from "@edgeprom/edgeprom/prom-client";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new AggregatorRegistry();
 * assertEquals(await registry.clusterMetrics(), ""); // This process has no workers.
 * ```
 *
 * @category Clusters
 */
export const AggregatorRegistry: {
  /** An empty registry. */
  new <Type extends RegistryContentType>(
    contentType?: RegistryContentType,
  ): AggregatorRegistry<Type>;
  /**
   * A registry with the metrics of several as one.
   *
   * @param metricsArr What `getMetricsAsJSON()` of each gave.
   */
  aggregate<Type extends RegistryContentType>(metricsArr: object[]): Registry<Type>;
  /** Sets the registries whose metrics this process gives; the global one by default. */
  setRegistries(regs: Registry<RegistryContentType> | Registry<RegistryContentType>[]): void;
} = askingRegistry(parts) as never;

/**
 * A registry of processes, as {@linkcode AggregatorRegistry} makes it.
 *
 * @category Clusters
 */
export interface AggregatorRegistry<Type extends RegistryContentType> extends Registry<Type> {
  /** The page with the metrics of all workers. Rejects if one does not answer within 5 s. */
  clusterMetrics(): Promise<string>;
}

/**
 * Functions that aggregate a metric over processes, by their names.
 *
 * @example
 * ```ts
 * import { AggregatorRegistry, aggregators } from "@edgeprom/edgeprom/prom-client";
 * import { assertEquals } from "@std/assert";
 *
 * // One process is enough to know the version.
 * aggregators.newest = (metrics) => metrics[metrics.length - 1];
 * const metric = { name: "version", help: "Which it is.", type: "gauge", aggregator: "newest" };
 * const lists = [1, 2].map((value) => [{ ...metric, values: [{ value, labels: {} }] }]);
 * const [sample] = (await AggregatorRegistry.aggregate(lists).getMetricsAsJSON())[0].values;
 * assertEquals(sample.value, 2);
 * ```
 *
 * @category Clusters
 */
export const aggregators: Aggregators = parts.aggregators;
