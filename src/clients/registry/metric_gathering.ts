import type { Collector, Gathering, GatherOptions } from "../../model/collector.ts";
import { raceDeadline } from "../../model/platform/deadline.ts";
import type { LabelSet } from "../../model/family/labels.ts";
import { CollectorRegistry } from "../../model/gathering/collector_registry.ts";
import { partialAnswer, withPartial } from "../../model/gathering/partial_answers.ts";
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
    return this.#gather(metrics, this.#roundOf(metrics, defaults), options);
  }

  /**
   * The families of all metrics. The registry that asked reports what failed. At the deadline it
   * gives what there is, since who asked does not wait any longer.
   */
  collect(
    metrics: Metrics,
    defaults: LabelSet,
    signal: AbortSignal | undefined,
  ): Promise<readonly MetricFamily[]> {
    const round = this.#roundOf(metrics, defaults);
    return withPartial(this.#collect(metrics, round, signal), () => round.soFar());
  }

  /** Forgets metrics that are gone; others are asked as new ones. */
  forget(): void {
    this.#known = [];
    this.#collectors = new CollectorRegistry();
  }

  async #collect(
    metrics: Metrics,
    round: CollectRound,
    signal: AbortSignal | undefined,
  ): Promise<readonly MetricFamily[]> {
    const gathering = this.#gather(metrics, round, { signal })
      .then(({ families, errors }) => partialAnswer(families, errors));
    // In the turn after the deadline all have answered that do not hang.
    return await raceDeadline(gathering, { signal }, () => nextTurn().then(() => round.soFar()));
  }

  /** What a gathering begins with. */
  #roundOf(metrics: Metrics, defaults: LabelSet): CollectRound {
    const collects = [...metrics.values()].some((metric) => !isOwnMetric(metric) || metric.collect);
    return new CollectRound(defaults, collects);
  }

  #gather(metrics: Metrics, round: CollectRound, options?: GatherOptions): Promise<Gathering> {
    const collectors = this.#collectorsOf(metrics);
    const outer = this.#round;
    this.#round = round;
    try {
      return collectors.gather(options);
    } finally {
      // A `collect` may gather while its registry does.
      this.#round = outer;
      if (round.collects) round.allAsked(options?.signal);
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
        const { defaults } = round;
        if (isOwnMetric(metric)) {
          const read = () => ownFamily(name, metric, defaults);
          return round.read(name, () => metric.collected(), read);
        }
        const ask = () => metric.get() as PageObject | Promise<PageObject>;
        return round.read(name, ask, (object) => foreignFamily(name, object, defaults));
      },
    };
  }
}
