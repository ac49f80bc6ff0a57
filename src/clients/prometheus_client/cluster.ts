import { announcingRegistry, threadsRegistry } from "../entry/cluster_classes.ts";
import type { RegistryContentType } from "../entry/types.ts";
import type { Aggregators } from "../registry/aggregators.ts";
import { parts } from "./classes.ts";
import type { Registry } from "./registry.ts";

/**
 * A registry of a primary process, which also has the metrics of its workers, of `node:cluster`.
 *
 * @example
 * ```ts
 * import { ClusterRegistry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new ClusterRegistry();
 * assertEquals(await registry.clusterMetrics(), "\n"); // This process has no workers.
 * ```
 *
 * @category Clusters
 */
export const ClusterRegistry: {
  /** An empty registry. */
  new <Type extends RegistryContentType>(contentType?: RegistryContentType): ClusterRegistry<Type>;
  /**
   * A registry with the metrics of several as one.
   *
   * @param metricsArr What `getMetricsAsJSON()` of each gave.
   */
  aggregate<Type extends RegistryContentType>(metricsArr: object[]): Registry<Type>;
  /** Sets the registries whose metrics this process gives; the global one by default. */
  setRegistries(regs: Registry<RegistryContentType> | Registry<RegistryContentType>[]): void;
} = announcingRegistry(parts) as never;

/**
 * A registry of processes, as {@linkcode ClusterRegistry} makes it.
 *
 * @category Clusters
 */
export interface ClusterRegistry<Type extends RegistryContentType> extends Registry<Type> {
  /** The page with the metrics of all processes. Rejects if one does not answer within 5 s. */
  clusterMetrics(): Promise<string>;
  /**
   * Call it before the process ends: a worker leaves its totals with the primary, and all wait for
   * requests that are under way.
   *
   * @param timeout How long the totals may take to arrive, in milliseconds; 5,000 by default.
   */
  shutdown(timeout?: number): Promise<void>;
}

/**
 * The older name of {@linkcode ClusterRegistry}.
 *
 * @example
 * ```ts
 * import { AggregatorRegistry, ClusterRegistry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStrictEquals } from "@std/assert";
 *
 * assertStrictEquals(AggregatorRegistry, ClusterRegistry);
 * ```
 *
 * @category Clusters
 */
export const AggregatorRegistry: typeof ClusterRegistry = ClusterRegistry;

/**
 * A registry of processes, as {@linkcode ClusterRegistry} makes it.
 *
 * @category Clusters
 */
export interface AggregatorRegistry<Type extends RegistryContentType>
  extends ClusterRegistry<Type> {}

/**
 * A registry of the main thread, which has the metrics of its worker threads.
 *
 * @example
 * ```ts
 * import { WorkerRegistry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new WorkerRegistry();
 * assertEquals(await registry.workerMetrics(), ""); // This process has no other threads.
 * ```
 *
 * @category Clusters
 */
export const WorkerRegistry: {
  /** An empty registry. */
  new <Type extends RegistryContentType>(
    contentType?: RegistryContentType,
    primary?: boolean,
  ): WorkerRegistry<Type>;
  /**
   * A registry with the metrics of several as one.
   *
   * @param metricsArr What `getMetricsAsJSON()` of each gave.
   */
  aggregate<Type extends RegistryContentType>(metricsArr: object[]): Registry<Type>;
  /** The number of threads that have announced themselves. */
  workerCount(): number;
  /** Sets the registries whose metrics this thread gives; the global one by default. */
  setRegistries(regs: Registry<RegistryContentType> | Registry<RegistryContentType>[]): void;
} = threadsRegistry(parts) as never;

/**
 * A registry of threads, as {@linkcode WorkerRegistry} makes it.
 *
 * @category Clusters
 */
export interface WorkerRegistry<Type extends RegistryContentType> extends Registry<Type> {
  /** The page with the metrics of all other threads. Rejects if one does not answer within 5 s. */
  workerMetrics(): Promise<string>;
  /**
   * Call it before the thread ends: it leaves its totals with the main one, and all wait for requests
   * that are under way.
   *
   * @param timeout How long the totals may take to arrive, in milliseconds; 5,000 by default.
   */
  shutdown(timeout?: number): Promise<void>;
}

/**
 * Functions that aggregate a metric over processes, by their names.
 *
 * @example
 * ```ts
 * import { AggregatorRegistry, aggregators } from "@edgeprom/edgeprom/prometheus-client";
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
