import type { Gathering, GatherOptions } from "../../model/collector.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type {
  MetricObject,
  MetricObjectWithValues,
  OpenMetricsContentType,
  PrometheusContentType,
  RegistryContentType,
} from "../entry/types.ts";
import { parts } from "./classes.ts";
import type { MetricValue } from "./labels.ts";
import type { Metric } from "./metric.ts";

/**
 * A registry: metrics on a page.
 *
 * @example
 * ```ts
 * import { Gauge, Registry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new Registry();
 * registry.setDefaultLabels({ app: "shop" });
 * new Gauge({ name: "queue_length", help: "Jobs that wait.", registers: [registry] }).set(3);
 * assertEquals(
 *   await registry.metrics(),
 *   '# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length{app="shop"} 3\n',
 * );
 * ```
 *
 * @category Registry
 */
export const Registry: {
  /** An empty registry. Throws if there is no such content type. */
  new <Type extends RegistryContentType = RegistryContentType>(
    contentType?: RegistryContentType,
  ): Registry<Type>;
  /** The content type of Prometheus pages. */
  readonly PROMETHEUS_CONTENT_TYPE: PrometheusContentType;
  /** The content type of OpenMetrics pages. */
  readonly OPENMETRICS_CONTENT_TYPE: OpenMetricsContentType;
  /** A registry with the metrics of others. Throws if content types differ or a name is twice. */
  merge(registers: Registry[]): Registry;
  /**
   * A registry with the metrics of several as one.
   *
   * @param metricsArr What `getMetricsAsJSON()` of each gave.
   */
  aggregate<Type extends RegistryContentType>(metricsArr: object[]): Registry<Type>;
} = parts.Registry as never;

/**
 * A registry, as {@linkcode Registry} makes it.
 *
 * @category Registry
 */
export interface Registry<Type extends RegistryContentType = RegistryContentType> {
  /** The content type of its pages. */
  readonly contentType: Type;
  /** Changes the content type. */
  setContentType(contentType: Type): void;
  /** The page. Rejects if a `collect` fails. */
  metrics(): Promise<string>;
  /** Forgets all metrics, and the labels of all series. */
  clear(): void;
  /** Sets all metrics back. */
  resetMetrics(): void;
  /** Takes a metric; throws an error if another one has its name. */
  registerMetric<Labels extends string>(metric: Metric<Labels>): void;
  /** All metrics with their samples, or those of one aggregator. */
  getMetricsAsJSON(aggregator?: string): Promise<MetricObjectWithValues<MetricValue<string>>[]>;
  /** All metrics, or those of one aggregator. */
  getMetricsAsArray(aggregator?: string): MetricObject[];
  /** Forgets a metric. */
  removeSingleMetric(name: string): void;
  /** Sets labels that all series get. */
  setDefaultLabels(labels: object): void;
  /** The metric of a name. */
  getSingleMetric<Labels extends string>(name: string): Metric<Labels> | undefined;
  /** The part of the page with the metric of a name. */
  getSingleMetricAsString(name: string): Promise<string>;
  /** The part of the page with one metric. */
  getMetricsAsString<Labels extends string>(metric: Metric<Labels>): Promise<string>;
  /**
   * All metrics as families of this package, so that `createMetricsApp()`, `RemoteWriter` and others
   * take this registry. A metric whose `collect` fails or is late is left out, with an error.
   */
  gather(options?: GatherOptions): Promise<Gathering>;
  /**
   * All metrics as families of this package, so that a `MetricsRegistry` takes this registry as a
   * collector: then metrics of both are on one page.
   */
  collect(signal?: AbortSignal): Promise<readonly MetricFamily[]>;
}

/**
 * The registry that a metric enters if its configuration names none.
 *
 * @example
 * ```ts
 * import { Gauge, register } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertEquals } from "@std/assert";
 *
 * new Gauge({ name: "connections", help: "Open connections." }).set(3);
 * assertEquals((await register.getSingleMetricAsString("connections")).split("\n")[2], "connections 3");
 * register.removeSingleMetric("connections");
 * ```
 *
 * @category Registry
 */
export const register: Registry = parts.register satisfies Record<keyof Registry, unknown> as never;

/**
 * The content type of the global registry's page.
 *
 * @example
 * ```ts
 * import { contentType, register } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const response = new Response(await register.metrics(), { headers: { "Content-Type": contentType } });
 * assertStringIncludes(response.headers.get("Content-Type")!, "text/plain; version=0.0.4");
 * ```
 *
 * @category Registry
 */
export let contentType: RegistryContentType = register.contentType;
parts.watchContentType((type) => contentType = type as RegistryContentType);

/**
 * The content type of Prometheus pages.
 *
 * @example
 * ```ts
 * import { prometheusContentType, register } from "@edgeprom/edgeprom/prometheus-client";
 *
 * register.setContentType(prometheusContentType);
 * ```
 *
 * @category Registry
 */
export const prometheusContentType: PrometheusContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * The content type of OpenMetrics pages.
 *
 * @example
 * ```ts
 * import { Counter, openMetricsContentType, type OpenMetricsContentType, Registry } from "@edgeprom/edgeprom/prometheus-client";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new Registry<OpenMetricsContentType>(openMetricsContentType);
 * new Counter({ name: "jobs_total", help: "Jobs done.", registers: [registry] }).inc();
 * assertStringIncludes(await registry.metrics(), "# TYPE jobs counter\njobs_total 1\n# EOF");
 * ```
 *
 * @category Registry
 */
export const openMetricsContentType: OpenMetricsContentType = Registry.OPENMETRICS_CONTENT_TYPE;
