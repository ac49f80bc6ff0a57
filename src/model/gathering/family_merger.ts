import { checkFamilySteps, type LastLists } from "./check_family.ts";
import type { Gathering } from "../collector.ts";
import { CollectionError, reasonOf } from "../errors.ts";
import { concatenateInSteps } from "./concatenate_families.ts";
import type { DroppedExemplars } from "../exemplar.ts";
import { sampleNames } from "../sample_names.ts";
import { shapeOf } from "../metric_types.ts";
import type { MetricFamily } from "../snapshot.ts";
import type { Source } from "./source.ts";

/** Errors of one collector that are reported one by one. */
const mostErrors = 10;

/** The families of a collector that passed, and the errors of the others in their places. */
export type CheckedFamilies = readonly (MetricFamily | CollectionError)[];

/**
 * Checks the families of a collector, in steps, and copies them. A malformed one is an error; many
 * of them are one error together.
 *
 * @param dropped Counts exemplars that no server would take.
 */
export function* checkInSteps(
  families: readonly MetricFamily[],
  source: Pick<Source, "failure" | "lists">,
  dropped?: DroppedExemplars,
): Generator<void, CheckedFamilies, void> {
  const checked: (MetricFamily | CollectionError)[] = [];
  const lists = new Map<string, LastLists>();
  const failures = new Failures(source, (error) => checked.push(error));
  for (let position = 0; position < families.length; position++) {
    try {
      const family = yield* checkFamilySteps(
        families[position],
        dropped,
        (name) => source.lists.get(name),
      );
      checked.push(family);
      lists.set(family.name, { names: family.labels.names, shape: shapeOf(family) });
    } catch (error) {
      failures.add(error);
    }
    yield;
  }
  failures.finish();
  source.lists = lists;
  return checked;
}

/** The failures of one collector: the first are reported, the others are counted. */
class Failures {
  #count = 0;
  readonly #source: Pick<Source, "failure">;
  readonly #report: (error: CollectionError) => void;

  constructor(source: Pick<Source, "failure">, report: (error: CollectionError) => void) {
    this.#source = source;
    this.#report = report;
  }

  add(error: unknown): void {
    if (++this.#count <= mostErrors) this.#report(this.#source.failure(error));
  }

  finish(): void {
    const more = this.#count - mostErrors;
    if (more > 0) {
      this.#report(this.#source.failure(`${more} further families are left out as well`));
    }
  }
}

/**
 * Merges the families of collectors into one gathering: each name once, sorted, and nothing that
 * would spoil the page for the others.
 */
export class FamilyMerger {
  readonly #families = new Map<string, MetricFamily>();
  /** The family of each sample name; collected when the first untrusted family comes. */
  #owners: Map<string, string> | undefined;
  readonly #errors: CollectionError[] = [];

  /** Adds the error of a collector that returned no families. */
  fail(error: CollectionError): void {
    this.#errors.push(error);
  }

  /** Adds families of our own instruments, which are right by construction, in steps. */
  *addOwnInSteps(families: readonly MetricFamily[]): Generator<void, void, void> {
    for (const family of families) {
      try {
        if (!this.#insertNew(family)) yield* this.#insert(family);
      } catch (error) {
        this.fail(new CollectionError(reasonOf(error), { cause: error }));
      }
    }
  }

  /**
   * Adds families of a collector that were checked, in steps. One that conflicts with an earlier one
   * is left out and is an error.
   */
  *addInSteps(
    checked: CheckedFamilies,
    source: Pick<Source, "failure">,
  ): Generator<void, void, void> {
    const failures = new Failures(source, (error) => this.fail(error));
    for (const family of checked) {
      try {
        if (family instanceof CollectionError) this.fail(family);
        else yield* this.#insertUntrusted(family);
      } catch (error) {
        failures.add(error);
      }
      yield;
    }
    failures.finish();
  }

  /** The families and errors so far. */
  finish(): Gathering {
    const families = [...this.#families.values()];
    families.sort((one, other) => one.name < other.name ? -1 : one.name > other.name ? 1 : 0);
    return { families, errors: this.#errors };
  }

  *#insert(family: MetricFamily): Generator<void, void, void> {
    if (this.#insertNew(family)) return;
    const present = this.#families.get(family.name)!;
    this.#families.set(family.name, yield* concatenateInSteps(present, family));
  }

  /** Inserts a family, unless there is one of its name. Returns whether it did. */
  #insertNew(family: MetricFamily): boolean {
    if (this.#families.has(family.name)) return false;
    this.#families.set(family.name, family);
    if (this.#owners !== undefined) own(this.#owners, family);
    return true;
  }

  /** Unlike families of our instruments, those of others were not compared at registration. */
  *#insertUntrusted(family: MetricFamily): Generator<void, void, void> {
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
    yield* this.#insert(family);
  }
}

function own(owners: Map<string, string>, { type, name }: MetricFamily): Map<string, string> {
  for (const sample of sampleNames(type, name)) owners.set(sample, name);
  return owners;
}
