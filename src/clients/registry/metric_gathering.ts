import type { Collector, Gathering, GatherOptions } from "../../model/collector.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import { CollectorRegistry } from "../../model/gathering/collector_registry.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { isOwnMetric } from "../pages/own_metric.ts";
import type { PageMetric, PageObject } from "../pages/page_metric.ts";
import { foreignFamily } from "./foreign_family.ts";
import { ownFamily } from "./own_family.ts";

type Metrics = ReadonlyMap<string, PageMetric>;

/**
 * Metrics of the clients as collectors of the core, so that deadlines, failures and families that no
 * server would take are what they are there: each costs its own metric only.
 */
export class MetricGathering {
  #collectors = new CollectorRegistry();
  #known: readonly (readonly [string, PageMetric])[] = [];
  #defaults: LabelSet = {};

  /** All metrics, as far as they answer until the deadline. */
  gather(metrics: Metrics, defaults: LabelSet, options?: GatherOptions): Promise<Gathering> {
    return this.#collectorsOf(metrics, defaults).gather(options);
  }

  /**
   * The families of all metrics. What failed is in the list as well, in a form that whoever checks it
   * reports. At the deadline it gives what there is, since who asked does not wait any longer.
   */
  async collect(
    metrics: Metrics,
    defaults: LabelSet,
    signal: AbortSignal | undefined,
  ): Promise<readonly MetricFamily[]> {
    const gathering = await new Promise<Gathering>((resolve, reject) => {
      const onStart = (soFar: () => Promise<Gathering>) => {
        const expire = () => soFar().then(resolve, reject);
        if (signal?.aborted) expire();
        else signal?.addEventListener("abort", expire, { once: true });
      };
      this.#collectorsOf(metrics, defaults).gather({ signal, onStart }).then(resolve, reject);
    });
    return [...gathering.families, ...gathering.errors.map(failedFamily)];
  }

  #collectorsOf(metrics: Metrics, defaults: LabelSet): CollectorRegistry {
    this.#defaults = defaults;
    const present = [...metrics];
    const isSame = present.length === this.#known.length &&
      present.every(([name, metric], position) =>
        name === this.#known[position][0] && metric === this.#known[position][1]
      );
    if (isSame) return this.#collectors;
    this.#known = present;
    this.#collectors = new CollectorRegistry();
    for (const [name, metric] of present) {
      this.#collectors.register(this.#collectorOf(name, metric));
    }
    return this.#collectors;
  }

  #collectorOf(name: string, metric: PageMetric): Collector {
    return {
      name,
      collect: () => {
        if (isOwnMetric(metric)) {
          const read = () => [ownFamily(name, metric, this.#defaults)];
          return metric.collected()?.then(read) ?? read();
        }
        return Promise.resolve(metric.get() as PageObject)
          .then((object) => [foreignFamily(name, object, this.#defaults)]);
      },
    };
  }
}

/** What stands for a family that failed: reading it throws why. */
function failedFamily(error: Error): MetricFamily {
  const failed = Object.defineProperty({}, "labels", {
    enumerable: true,
    get(): never {
      throw error;
    },
  });
  return failed as MetricFamily;
}
