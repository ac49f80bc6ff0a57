import { checkedFamily } from "./check_family.ts";
import type { Gathering } from "../collector.ts";
import { CollectionError, reasonOf } from "../errors.ts";
import { concatenateFamilies } from "./concatenate_families.ts";
import type { DroppedExemplars } from "../exemplar.ts";
import { sampleNames } from "../sample_names.ts";
import type { MetricFamily } from "../snapshot.ts";

/**
 * Merges the families of collectors into one gathering: each name once, sorted, and nothing that
 * would spoil the page for the others.
 */
export class FamilyMerger {
  readonly #families = new Map<string, MetricFamily>();
  /** The family of each sample name; collected when the first untrusted family comes. */
  #owners: Map<string, string> | undefined;
  readonly #errors: CollectionError[] = [];
  readonly #dropped: DroppedExemplars | undefined;

  /** @param dropped Counts exemplars that no server would take. */
  constructor(dropped?: DroppedExemplars) {
    this.#dropped = dropped;
  }

  /** Adds the error of a collector that returned no families. */
  fail(error: CollectionError): void {
    this.#errors.push(error);
  }

  /**
   * Adds families. One that is malformed, or conflicts with an earlier one, is left out and is an
   * error.
   *
   * @param trusted Whether they are of our own instruments, which are right by construction.
   */
  add(families: readonly MetricFamily[], trusted: boolean): void {
    if (!Array.isArray(families)) {
      this.fail(new CollectionError("a collector did not return an array of metric families"));
      return;
    }
    for (let position = 0; position < families.length; position++) {
      try {
        const family = families[position];
        if (trusted) this.#insert(family);
        else this.#insertUntrusted(checkedFamily(family, this.#dropped));
      } catch (error) {
        this.fail(
          error instanceof CollectionError
            ? error
            : new CollectionError(reasonOf(error), { cause: error }),
        );
      }
    }
  }

  /** The families and errors so far. */
  finish(): Gathering {
    const families = [...this.#families.values()];
    families.sort((one, other) => one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
    return { families, errors: this.#errors };
  }

  #insert(family: MetricFamily): void {
    const { name } = family;
    const present = this.#families.get(name);
    if (present !== undefined) {
      this.#families.set(name, concatenateFamilies(present, family));
      return;
    }
    this.#families.set(name, family);
    if (this.#owners !== undefined) own(this.#owners, family);
  }

  /** Unlike families of our instruments, those of others were not compared at registration. */
  #insertUntrusted(family: MetricFamily): void {
    if (!this.#families.has(family.name)) {
      this.#owners ??= [...this.#families.values()].reduce(own, new Map());
      for (const sample of sampleNames(family.type, family.name)) {
        const owner = this.#owners.get(sample);
        if (owner === undefined) continue;
        throw new CollectionError(
          `${family.name}: it would write "${sample}", as "${owner}" does; rename one`,
        );
      }
    }
    this.#insert(family);
  }
}

function own(owners: Map<string, string>, { type, name }: MetricFamily): Map<string, string> {
  for (const sample of sampleNames(type, name)) owners.set(sample, name);
  return owners;
}
