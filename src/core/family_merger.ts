import { checkedFamily } from "./check_family.ts";
import type { Gathering } from "./collector.ts";
import { CollectionError, reasonOf } from "./errors.ts";
import { mergeFamilies } from "./merge_families.ts";
import { sampleNames } from "./sample_names.ts";
import type { MetricFamily } from "./snapshot.ts";

/**
 * Puts the answers of collectors together into one page: each name once, sorted, and nothing that
 * would spoil the page for the others.
 */
export class FamilyMerger {
  readonly #families = new Map<string, MetricFamily>();
  readonly #owners = new Map<string, string>();
  readonly #errors: CollectionError[] = [];

  /** Notes a collector that gave nothing. */
  fail(error: CollectionError): void {
    this.#errors.push(error);
  }

  /**
   * Adds what a collector gave. A family that is malformed or contradicts an earlier one is left
   * out and noted.
   *
   * @param trusted Families of our own instruments, which are right by construction.
   */
  add(families: readonly MetricFamily[], trusted: boolean): void {
    if (!Array.isArray(families)) {
      this.fail(new CollectionError("a collector did not return an array of metric families"));
      return;
    }
    for (let position = 0; position < families.length; position++) {
      try {
        const family = families[position];
        this.#insert(trusted ? family : checkedFamily(family));
      } catch (error) {
        this.fail(
          error instanceof CollectionError
            ? error
            : new CollectionError(reasonOf(error), { cause: error }),
        );
      }
    }
  }

  /** The page so far. */
  finish(): Gathering {
    const families = [...this.#families.values()];
    families.sort((one, other) => one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
    return { families, errors: this.#errors };
  }

  #insert(family: MetricFamily): void {
    const { name } = family;
    const present = this.#families.get(name);
    if (present !== undefined) {
      this.#families.set(name, mergeFamilies(present, family));
      return;
    }
    const samples = sampleNames(family.type, name);
    for (const sample of samples) {
      const owner = this.#owners.get(sample);
      if (owner !== undefined) {
        throw new CollectionError(
          `${name}: it would write "${sample}", as "${owner}" does; rename one of the two`,
        );
      }
    }
    for (const sample of samples) this.#owners.set(sample, name);
    this.#families.set(name, family);
  }
}
