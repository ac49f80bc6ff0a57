import type {
  Collector,
  Gathering,
  GatherOptions,
  PartialGatherOptions,
} from "../../model/collector.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import { CollectorRegistry } from "../../model/gathering/collector_registry.ts";
import { partialAnswer } from "../../model/gathering/partial_answers.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { nextTurn } from "../../model/platform/time_slices.ts";
import { isOwnMetric } from "../pages/own_metric.ts";
import type { PageMetric, PageObject } from "../pages/page_metric.ts";
import { CollectRound } from "./collect_round.ts";
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
  /** The gathering that asks now. */
  #round = new CollectRound({}, false);

  /** All metrics, as far as they answer until the deadline. */
  gather(metrics: Metrics, defaults: LabelSet, options?: GatherOptions): Promise<Gathering> {
    return this.#gather(metrics, defaults, options);
  }

  /**
   * The families of all metrics. The registry that asked reports what failed. At the deadline it
   * gives what there is, since who asked does not wait any longer.
   */
  async collect(
    metrics: Metrics,
    defaults: LabelSet,
    signal: AbortSignal | undefined,
  ): Promise<readonly MetricFamily[]> {
    let expire = () => {};
    try {
      const { families, errors } = await new Promise<Gathering>((resolve, reject) => {
        const onStart = (soFar: () => Promise<Gathering>) => {
          // In the turn after the deadline all metrics have been read that do not hang.
          expire = () => void nextTurn().then(soFar).then(resolve, reject);
          if (signal?.aborted) expire();
          else signal?.addEventListener("abort", expire);
        };
        this.#gather(metrics, defaults, { signal, onStart }).then(resolve, reject);
      });
      return partialAnswer(families, errors);
    } finally {
      signal?.removeEventListener("abort", expire);
    }
  }

  /** Forgets metrics that are gone; others are asked as new ones. */
  forget(): void {
    this.#known = [];
    this.#collectors = new CollectorRegistry();
  }

  #gather(
    metrics: Metrics,
    defaults: LabelSet,
    options: PartialGatherOptions | undefined,
  ): Promise<Gathering> {
    const collectors = this.#collectorsOf(metrics);
    const collects = this.#known.some(([, metric]) => !isOwnMetric(metric) || metric.collect);
    const round = new CollectRound(defaults, collects);
    const outer = this.#round;
    this.#round = round;
    try {
      return collectors.gather(options);
    } finally {
      // A `collect` may gather while its registry does.
      this.#round = outer;
      if (collects) round.allAsked(options?.signal);
    }
  }

  #collectorsOf(metrics: Metrics): CollectorRegistry {
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
        const round = this.#round;
        if (isOwnMetric(metric)) {
          const read = () => [ownFamily(name, metric, round.defaults)];
          const collecting = metric.collected();
          return round.collects ? round.wait(collecting).then(read) : read();
        }
        return round.wait(metric.get() as PageObject | Promise<PageObject>)
          .then((object) => [foreignFamily(name, object, round.defaults)]);
      },
    };
  }
}
