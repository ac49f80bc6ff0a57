import type { Gatherer, Gathering, GatherOptions } from "../../model/collector.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { type Dialect, keyOf } from "../pages/dialect.ts";
import { objectOf, withDefaultLabels } from "../pages/json.ts";
import { keptPages } from "../pages/kept_pages.ts";
import { objectPage } from "../pages/object_page.ts";
import { isOwnMetric } from "../pages/own_metric.ts";
import { writeOwnMetric } from "../pages/own_page.ts";
import type { PageMetric, PageObject } from "../pages/page_metric.ts";
import type { ClientProfile } from "../profile.ts";
import { isContentType, openMetricsContentType, prometheusContentType } from "./content_types.ts";
import { MetricGathering } from "./metric_gathering.ts";

/** Where a registry has itself. */
export const itself: unique symbol = Symbol("itself");

/** A registry as the clients have it. */
export class ClientRegistry implements Gatherer {
  #contentType: string;
  #metrics = new Map<string, PageMetric>();
  #defaults: LabelSet = {};
  readonly #gathering = new MetricGathering();

  /**
   * An empty registry.
   *
   * @throws {TypeError} If there is no such content type.
   */
  constructor(contentType: string = prometheusContentType) {
    if (!isContentType(contentType)) {
      throw new TypeError(`Content type ${contentType} is unsupported`);
    }
    this.#contentType = contentType;
    // Not enumerable, so that whoever writes a registry as JSON goes in no circle.
    Object.defineProperty(this, itself, { value: this, configurable: true });
  }

  /** This registry, also where its methods are called on a Proxy of it: that has no private members. */
  declare readonly [itself]: this;

  /** The client that this registry is one of; each entry's classes have their own. */
  declare protected readonly profile: ClientProfile;

  /** The content type of its pages. */
  get contentType(): string {
    return this[itself].#contentType;
  }

  /** Changes the content type. Throws an error if there is no such one. */
  setContentType(contentType: string): void {
    if (!isContentType(contentType)) throw new Error(`Content type ${contentType} is unsupported`);
    this[itself].#contentType = contentType;
  }

  /** The metrics by name, where programs that reach inside look for them, add and delete some. */
  get _metrics(): Map<string, PageMetric> | Record<string, PageMetric> {
    if (this.profile.keepsMetricsInMap) return this[itself].#metrics;
    return new Proxy(Object.fromEntries(this[itself].#metrics), {
      set: (copy, name, metric: PageMetric) => {
        this[itself].#metrics.set(String(name), metric);
        return Reflect.set(copy, name, metric);
      },
      deleteProperty: (copy, name) => {
        this.removeSingleMetric(String(name));
        return Reflect.deleteProperty(copy, name);
      },
    });
  }

  set _metrics(metrics: Map<string, PageMetric> | Record<string, PageMetric>) {
    this[itself].#metrics = new Map(metrics instanceof Map ? metrics : Object.entries(metrics));
    this[itself].#gathering.forget();
  }

  /** The labels of all series, where programs that reach inside look for them. */
  get _defaultLabels(): LabelSet {
    return this[itself].#defaults;
  }

  set _defaultLabels(labels: LabelSet) {
    this.setDefaultLabels(labels);
  }

  /** Takes a metric; throws an error if another one has its name. */
  registerMetric(metric: PageMetric): void {
    const { name } = metric;
    const present = this[itself].#metrics.get(name);
    if (present !== undefined && present !== metric) {
      throw new Error(`A metric with the name ${name} has already been registered.`);
    }
    this[itself].#metrics.set(name, metric);
  }

  /** Forgets a metric. */
  removeSingleMetric(name: string): void {
    if (this[itself].#metrics.delete(name)) this[itself].#gathering.forget();
  }

  /** Forgets all metrics, and the labels of all series. */
  clear(): void {
    this[itself].#metrics = new Map();
    this[itself].#gathering.forget();
    this[itself].#defaults = {};
  }

  /** Sets all metrics back. */
  resetMetrics(): void {
    for (const metric of this[itself].#metrics.values()) metric.reset!();
  }

  /** The metric of a name. */
  getSingleMetric(name: string): PageMetric | undefined {
    return this[itself].#metrics.get(name);
  }

  /** The metrics, in the order in which they came. */
  getMetricsAsArray(aggregator?: string): PageMetric[] {
    const metrics = [...this[itself].#metrics.values()];
    if (aggregator === undefined || !this.profile.keepsMetricsInMap) return metrics;
    return metrics.filter((metric) => aggregator === (metric.aggregator ?? "sum"));
  }

  /** Sets labels that all series get. The object is read at each page. */
  setDefaultLabels(labels: LabelSet): void {
    this[itself].#defaults = labels;
  }

  /** The page. All `collect` functions are called at once; rejects if one fails. */
  async metrics(): Promise<string> {
    const isOpenMetrics = this.contentType === openMetricsContentType;
    const metrics = this.getMetricsAsArray();
    if (isOpenMetrics) {
      for (const metric of metrics) {
        if (metric.type === "counter") metric.name = metric.name.replace(/_total$/, "");
      }
    }
    const separator = isOpenMetrics ? "\n" : "\n\n";
    const end = isOpenMetrics ? "\n# EOF\n" : "\n";
    if (this.getMetricsAsString === ClientRegistry.prototype.getMetricsAsString) {
      return await this[itself].#page(metrics, separator, end);
    }
    // A program writes parts of the page itself.
    const parts = await Promise.all(metrics.map((metric) => this.getMetricsAsString(metric)));
    return parts.join(separator) + end;
  }

  /** The part of the page with one metric. */
  getMetricsAsString(metric: PageMetric): Promise<string> {
    return this[itself].#page([metric], "", "");
  }

  /** The part of the page with the metric of a name. Rejects if there is none. */
  getSingleMetricAsString(name: string): Promise<string> {
    return this.getMetricsAsString(this.getSingleMetric(name) as PageMetric);
  }

  /** All metrics with their samples. All `collect` functions are called at once. */
  async getMetricsAsJSON(aggregator?: string): Promise<PageObject[]> {
    const metrics = this.getMetricsAsArray(aggregator);
    const answers = await answersOf(metrics, (metric) => metric.get());
    return metrics.map((metric, position) => {
      const isOwn = isOwnMetric(metric);
      const object = isOwn ? objectOf(metric) : answers[position] as PageObject;
      return withDefaultLabels(object, this[itself].#defaults, this.profile, isOwn);
    });
  }

  /**
   * All metrics as families of this package, for every format and for pushes. A metric whose `collect`
   * fails or does not end in time is left out, and is one of the errors.
   */
  gather(options?: GatherOptions): Promise<Gathering> {
    return this[itself].#gathering.gather(this[itself].#metrics, this[itself].#defaults, options);
  }

  /**
   * All metrics as families of this package, so that a registry of this package takes this one as a
   * collector: then metrics of both are on one page. A metric that fails is left out, and the registry
   * that asked reports its error.
   */
  collect(signal?: AbortSignal): Promise<readonly MetricFamily[]> {
    return this[itself].#gathering.collect(this[itself].#metrics, this[itself].#defaults, signal);
  }

  /** Asks metrics at once, and writes them when the last has answered. */
  async #page(metrics: readonly PageMetric[], separator: string, end: string): Promise<string> {
    const answers = await answersOf(
      metrics,
      (metric) =>
        typeof metric.getForPromString === "function" ? metric.getForPromString() : metric.get(),
    );
    const dialect: Dialect = {
      isOpenMetrics: this.contentType === openMetricsContentType,
      defaults: this[itself].#defaults,
      defaultsKey: keyOf(this[itself].#defaults),
      replacesNull: !this.profile.replacesFalsyLabels,
    };
    const pages = keptPages(dialect);
    const page: string[] = [];
    metrics.forEach((metric, position) => {
      if (position > 0) page.push(separator);
      if (isOwnMetric(metric)) writeOwnMetric(metric, page, dialect, pages);
      else page.push(objectPage(answers[position] as PageObject, dialect));
    });
    page.push(end);
    return page.join("");
  }
}

/** What metrics of other kinds give, once the `collect` functions of all have ended, which it calls. */
async function answersOf(
  metrics: readonly PageMetric[],
  answerOf: (metric: PageMetric) => unknown,
): Promise<readonly unknown[]> {
  const asked = metrics.map((metric) => {
    try {
      return isOwnMetric(metric) ? metric.collected() : Promise.resolve(answerOf(metric));
    } catch (error) {
      return Promise.reject(error);
    }
  });
  return asked.some((answer) => answer !== undefined) ? await Promise.all(asked) : asked;
}
