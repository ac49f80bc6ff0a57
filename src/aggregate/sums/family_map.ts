import { keepingOf } from "../../deltas/delta.ts";
import { CollectionError, display } from "../../model/errors.ts";
import { type CardinalityLimits, SeriesBudget } from "../../model/family/series_budget.ts";
import { sampleNames } from "../../model/sample_names.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import { AggregateQuota } from "./aggregate_quota.ts";
import { definitionOf } from "./definition.ts";
import type { IdleTimes } from "./idle_times.ts";
import type { KeptFamily } from "./kept_family.ts";
import { LatestFamily } from "./latest_family.ts";
import type { LivingClients } from "./living_clients.ts";
import { LivingFamily } from "./living_family.ts";
import { TotalFamily } from "./total_family.ts";

/** What families have in common. */
export interface Shared {
  readonly limits: CardinalityLimits;
  readonly zeroSeconds: number;
  readonly idle: IdleTimes;
  readonly clients: LivingClients;
}

/** The families of an aggregate by name, within one budget of series. */
export class FamilyMap {
  /** The room for their series. */
  readonly budget: SeriesBudget;
  readonly #shared: Shared;
  readonly #families = new Map<string, KeptFamily>();
  /** The family that writes samples of a name. */
  readonly #owners = new Map<string, string>();
  /** Sorted by name, until there is another family. */
  #sorted: readonly KeptFamily[] | undefined;

  /** No families. */
  constructor(shared: Shared) {
    this.#shared = shared;
    this.budget = new SeriesBudget(shared.limits);
  }

  /** All families, in the order of their names. */
  get sorted(): readonly KeptFamily[] {
    return this.#sorted ??= [...this.#families.values()].sort((one, other) =>
      one.definition.name < other.definition.name ? -1 : 1
    );
  }

  /** The family of a name. */
  get(name: string): KeptFamily | undefined {
    return this.#families.get(name);
  }

  /**
   * Refuses a family that is new if a page could not show it, or there are as many families as there
   * may be series.
   *
   * @throws {CollectionError} If so.
   */
  checkNew({ type, name }: MetricFamily): void {
    for (const sample of sampleNames(type, name)) {
      const owner = this.#owners.get(sample);
      if (owner === undefined) continue;
      throw new CollectionError(
        `${name}: it would write "${sample}", as "${owner}" does; rename one, or remove the ` +
          `other with aggregator.remove(${display(owner)})`,
      );
    }
    // Label sets without room have one series in each family, which is not counted; but not without end.
    const { limit } = this.budget;
    if (this.#families.size < limit) return;
    throw new CollectionError(
      `${name}: no room for another family, as all families together may have ` +
        `${limit} series; give labels fewer values, or raise cardinality.series of the ` +
        `aggregator`,
    );
  }

  /** Adds a family without series. */
  add(family: MetricFamily): KeptFamily {
    const { limits, idle, zeroSeconds, clients } = this.#shared;
    const definition = definitionOf(family);
    const { name, type } = definition;
    const quota = new AggregateQuota(name, this.budget, limits);
    const keeping = keepingOf(definition);
    const kept = keeping === "total"
      ? new TotalFamily(definition, quota, idle, zeroSeconds)
      : keeping === "latest"
      ? new LatestFamily(definition, quota, idle)
      : new LivingFamily(definition, quota, clients);
    this.#families.set(name, kept);
    for (const sample of sampleNames(type, name)) this.#owners.set(sample, name);
    this.#sorted = undefined;
    return kept;
  }

  /** Drops a family. */
  delete(family: KeptFamily): void {
    const { name, type } = family.definition;
    family.detach();
    this.#families.delete(name);
    for (const sample of sampleNames(type, name)) this.#owners.delete(sample);
    this.#sorted = undefined;
  }
}
