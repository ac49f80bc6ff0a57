import type {
  Collector,
  FamilyDescription,
  Gatherer,
  Gathering,
  PartialGatherOptions,
} from "../collector.ts";
import { checkDescriptions } from "./check_description.ts";
import { raceDeadline } from "../deadline.ts";
import { CollectionError, reasonOf, RegistrationError } from "../errors.ts";
import { DroppedExemplars } from "../exemplar.ts";
import { Family } from "../family/family.ts";
import { FamilyMerger } from "./family_merger.ts";
import { sampleNames } from "../sample_names.ts";
import type { MetricFamily } from "../snapshot.ts";

/**
 * A registry of collectors. It knows no type of metric.
 *
 * A collector may belong to several registries.
 */
export class CollectorRegistry implements Gatherer {
  /** Exemplars that no server would take, of collectors and instruments. */
  readonly dropped: DroppedExemplars = new DroppedExemplars();
  readonly #collectors = new Map<Collector, readonly FamilyDescription[]>();
  /** The collectors in the order in which they are asked; `undefined` after a change. */
  #sources: readonly Source[] | undefined;

  /**
   * Adds a collector. Adding it again changes nothing.
   *
   * @throws {RegistrationError} If one of its families has the same name as another collector's,
   * or would write samples of the same name.
   */
  register(collector: Collector): void {
    if (this.#collectors.has(collector)) return;
    const descriptions = collector.describe?.() ?? [];
    checkDescriptions(descriptions);
    for (const others of this.#collectors.values()) {
      for (const present of others) {
        for (const added of descriptions) checkCompatible(present, added);
      }
    }
    this.#collectors.set(collector, descriptions);
    this.#sources = undefined;
  }

  /** Removes a collector. Returns whether it was registered. */
  unregister(collector: Collector): boolean {
    this.#sources = undefined;
    return this.#collectors.delete(collector);
  }

  /** Removes all collectors. */
  clear(): void {
    this.#sources = undefined;
    this.#collectors.clear();
  }

  /**
   * Collects from all collectors concurrently. Those that answer synchronously are read in one go,
   * so no recording can come between them.
   *
   * It never rejects. A collector that throws, rejects, times out or returns something else than
   * families loses only its own families, and is one of the errors.
   *
   * @param collectLast Collects further families of our own instruments, and errors, which come after
   * those of the collectors.
   */
  async gather(
    { signal, onStart }: PartialGatherOptions = {},
    collectLast: () => Gathering | undefined = () => undefined,
  ): Promise<Gathering> {
    const sources = this.#sources ??= this.#inOrder();
    const answers = sources.map((source) => ask(source, signal));
    const last = collectLast();
    onStart?.(soFar(sources, answers, (settled) => this.#merge(sources, settled, last)));
    return await this.#merge(sources, answers, last);
  }

  /** Puts the families of all answers together; `last` are our own that come after them. */
  async #merge(
    sources: readonly Source[],
    answers: readonly (Answer | Promise<Answer>)[],
    last: Gathering | undefined,
  ): Promise<Gathering> {
    const merger = new FamilyMerger(this.dropped);
    for (const [position, answer] of answers.entries()) {
      const source = sources[position];
      const outcome = answer instanceof Promise ? await answer : answer;
      try {
        if (outcome instanceof CollectionError) merger.fail(outcome);
        else merger.add(outcome, source.isFamily);
      } catch (error) {
        merger.fail(failure(source, error));
      }
    }
    last?.errors.forEach((error) => merger.fail(error));
    if (last !== undefined) merger.add(last.families, true);
    return merger.finish();
  }

  /** Families come first and by name, as on a page, so there is hardly anything left to sort. */
  #inOrder(): readonly Source[] {
    const sources = Array.from(this.#collectors, ([collector, descriptions]) => ({
      collector,
      descriptions,
      isFamily: collector instanceof Family,
    }));
    const families = sources.filter(({ isFamily }) => isFamily);
    const others = sources.filter(({ isFamily }) => !isFamily);
    families.sort((one, other) => one.descriptions[0].name < other.descriptions[0].name ? -1 : 1);
    return [...families, ...others];
  }
}

type Answer = readonly MetricFamily[] | CollectionError;

/** A collector with its descriptions at registration. */
interface Source {
  readonly collector: Collector;
  readonly descriptions: readonly FamilyDescription[];
  /** Whether it is a family of this library's instruments, which need no check. */
  readonly isFamily: boolean;
}

function ask(source: Source, signal: AbortSignal | undefined): Answer | Promise<Answer> {
  try {
    const answer = source.collector.collect(signal);
    return answer instanceof Promise ? withinTime(source, answer, signal) : answer;
  } catch (error) {
    return failure(source, error);
  }
}

/** Gives what there is of a gathering; who has not answered is an error of it. */
function soFar(
  sources: readonly Source[],
  answers: readonly (Answer | Promise<Answer>)[],
  merge: (settled: readonly Answer[]) => Promise<Gathering>,
): () => Promise<Gathering> {
  const settled: (Answer | undefined)[] = [];
  let gathering: Promise<Gathering> | undefined;
  answers.forEach((answer, position) => {
    if (!(answer instanceof Promise)) return void (settled[position] = answer);
    answer.then((outcome) => {
      settled[position] = outcome;
      gathering = undefined;
    });
  });
  return () => gathering ??= merge(sources.map((source, at) => settled[at] ?? late(source)));
}

function withinTime(
  source: Source,
  answer: Promise<readonly MetricFamily[]>,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  return raceDeadline<Answer, Answer>(answer, { signal }, () => late(source))
    .catch((error) => failure(source, error));
}

function late(source: Source): CollectionError {
  return failure(source, "it did not answer before the deadline");
}

function failure({ collector, descriptions }: Source, error: unknown): CollectionError {
  const source = descriptions.map(({ name }) => name).join(", ") ||
    collector.constructor?.name || "a collector";
  return new CollectionError(`${source}: ${reasonOf(error)}`, { cause: error });
}

function checkCompatible(present: FamilyDescription, added: FamilyDescription): void {
  if (present.name === added.name) {
    if (sameFamily(present, added) && differInConstants(present, added)) return;
    throw new RegistrationError(
      `${added.name}: already registered as ${summary(present)}, now as ${summary(added)}; ` +
        `rename one, or unregister the first`,
    );
  }
  const taken = sampleNames(present.type, present.name);
  const clash = sampleNames(added.type, added.name).find((name) => taken.includes(name));
  if (clash !== undefined) {
    throw new RegistrationError(
      `${added.name}: ${summary(added)} and ${summary(present)} "${present.name}" would both ` +
        `write "${clash}"; rename one`,
    );
  }
}

function sameFamily(one: FamilyDescription, other: FamilyDescription): boolean {
  return one.type === other.type && one.help === other.help && one.unit === other.unit &&
    String([...one.labelNames].sort()) === String([...other.labelNames].sort());
}

/** Families of one name may coexist if a constant label tells their series apart. */
function differInConstants(one: FamilyDescription, other: FamilyDescription): boolean {
  return Object.entries(one.constantLabels)
    .some(([label, value]) =>
      Object.hasOwn(other.constantLabels, label) && other.constantLabels[label] !== value
    );
}

function summary({ type, help, labelNames }: FamilyDescription): string {
  const labels = labelNames.length === 0 ? "" : ` with labels ${labelNames.join(", ")}`;
  return `${type}${labels} (${JSON.stringify(help)})`;
}
