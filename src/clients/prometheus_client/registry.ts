import { watchContentType } from "../entry/client_classes.ts";
import type { RegistryMethods } from "../entry/methods.ts";
import type {
  MetricObject,
  MetricObjectWithValues,
  OpenMetricsContentType,
  PrometheusContentType,
  RegistryContentType,
} from "../entry/types.ts";
import { classes, home } from "./classes.ts";
import type { MetricValue } from "./labels.ts";
import type { Metric } from "./metrics.ts";

const OwnRegistry: {
  new <Type extends RegistryContentType = RegistryContentType>(
    contentType?: RegistryContentType,
  ): RegistryMethods<Type, MetricValue<string>>;
  readonly PROMETHEUS_CONTENT_TYPE: PrometheusContentType;
  readonly OPENMETRICS_CONTENT_TYPE: OpenMetricsContentType;
  merge(registers: Registry[]): Registry;
} = classes.Registry as never;

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
export class Registry<Type extends RegistryContentType = RegistryContentType>
  extends OwnRegistry<Type> {}

/** What takes and gives metrics of this client. */
export interface Registry<Type extends RegistryContentType = RegistryContentType> {
  /** Takes a metric; throws an error if another one has its name. */
  registerMetric<Labels extends string>(metric: Metric<Labels>): void;
  /** The part of the page with one metric. */
  getMetricsAsString<Labels extends string>(metric: Metric<Labels>): Promise<string>;
  /** All metrics with their samples, or those of one aggregator. */
  getMetricsAsJSON(aggregator?: string): Promise<MetricObjectWithValues<MetricValue<string>>[]>;
  /** All metrics, or those of one aggregator. */
  getMetricsAsArray(aggregator?: string): MetricObject[];
  /** The metric of a name. */
  getSingleMetric<Labels extends string>(name: string): Metric<Labels> | undefined;
}

/**
 * The registry that a metric enters if its configuration names none.
 *
 * @category Registry
 */
export const register: Registry = new Registry();

/**
 * The content type of the global registry's page.
 *
 * @category Registry
 */
export let contentType: RegistryContentType = register.contentType;
Object.assign(home, { register, Registry });
watchContentType(register as never, (type) => contentType = type as RegistryContentType);

/**
 * The content type of Prometheus pages.
 *
 * @category Registry
 */
export const prometheusContentType: PrometheusContentType = Registry.PROMETHEUS_CONTENT_TYPE;

/**
 * The content type of OpenMetrics pages.
 *
 * @category Registry
 */
export const openMetricsContentType: OpenMetricsContentType = Registry.OPENMETRICS_CONTENT_TYPE;
