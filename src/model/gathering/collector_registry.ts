import type {
  BeginOptions,
  Collector,
  Gatherer,
  Gathering,
  PartialGatherOptions,
} from "../collector.ts";
import { CollectionError } from "../errors.ts";
import { DroppedExemplars } from "../exemplar.ts";
import { inTimeSlices, withinTimeSlice } from "../platform/time_slices.ts";
import { sampleNames } from "../sample_names.ts";
import type { MetricFamily } from "../snapshot.ts";
import { checkCompatible } from "./check_compatible.ts";
import { type CheckedFamilies, checkInSteps, FamilyMerger } from "./family_merger.ts";
import { type Answer, ownAnswer, Questions } from "./questions.ts";
import { Source } from "./source.ts";

/** A gathering that does not end at once. */
interface Begun extends Pick<PartialGatherOptions, "onStart"> {
  readonly sources: readonly Source[];
  readonly questions: Questions;
  readonly answers: readonly (Answer | Promise<Answer>)[];
  readonly early:
    | readonly (CheckedFamilies | undefined)[]
    | Promise<readonly (CheckedFamilies | undefined)[]>;
  readonly last: Gathering | undefined;
}

/**
 * A registry of collectors. It knows no type of metric.
 *
 * A collector may belong to several registries.
 */
export class CollectorRegistry implements Gatherer {
  /** Exemplars that no server would take, of collectors and instruments. */
  readonly dropped: DroppedExemplars = new DroppedExemplars();
  readonly #collectors = new Map<Collector, Source>();
  /** The collectors in the order in which they are asked; `undefined` after a change. */
  #sources: readonly Source[] | undefined;
  /** Whether these are families of our own, each of another name: then there is nothing to merge. */
  #areOwn = false;
  /** The names of all samples, as a clash needs one of them; `undefined` after a removal. */
  #taken: Set<string> | undefined = new Set();

  /**
   * Adds a collector. Adding it again changes nothing.
   *
   * @throws {RegistrationError} If one of its families has the same name as another collector's,
   * or would write samples of the same name.
   */
  register(collector: Collector): void {
    if (this.#collectors.has(collector)) return;
    const source = new Source(collector);
    const taken = this.#taken ??= this.#takenNames();
    const names: string[] = [];
    let isFree = true;
    for (const { type, name } of source.descriptions) {
      for (const sample of sampleNames(type, name)) {
        if (taken.has(sample)) isFree = false;
        names.push(sample);
      }
    }
    if (!isFree) this.#checkCompatible(source);
    for (const name of names) taken.add(name);
    this.#collectors.set(collector, source);
    this.#sources = undefined;
  }

  #takenNames(): Set<string> {
    const taken = new Set<string>();
    for (const { descriptions } of this.#collectors.values()) {
      for (const { type, name } of descriptions) {
        for (const sample of sampleNames(type, name)) taken.add(sample);
      }
    }
    return taken;
  }

  #checkCompatible(source: Source): void {
    for (const others of this.#collectors.values()) {
      for (const present of others.descriptions) {
        for (const added of source.descriptions) checkCompatible(present, added);
      }
    }
  }

  /** Removes a collector. Returns whether it was registered. */
  unregister(collector: Collector): boolean {
    this.#sources = undefined;
    this.#taken = undefined;
    return this.#collectors.delete(collector);
  }

  /** Removes all collectors. */
  clear(): void {
    this.#sources = undefined;
    this.#taken = undefined;
    this.#collectors.clear();
  }

  /**
   * Collects from all collectors concurrently. Those that answer synchronously are read in one go,
   * so no recording can come between them. What collectors give is checked and merged in time
   * slices.
   *
   * A collector that throws, rejects, times out or returns something else than families loses only
   * its own families, and is one of the errors.
   *
   * @param collectLast Collects further families of our own instruments, and errors, which come after
   * those of the collectors.
   */
  async gather(
    { signal, onStart }: PartialGatherOptions = {},
    collectLast?: () => Gathering | undefined,
  ): Promise<Gathering> {
    return await this.begin({ signal: () => signal, onStart }, collectLast);
  }

  /**
   * {@linkcode CollectorRegistry.gather} that gives the gathering at once if all collectors answer at
   * once and there is little to check: 37 families take half as long without the promises.
   */
  begin(
    options?: BeginOptions,
    collectLast?: () => Gathering | undefined,
  ): Gathering | Promise<Gathering> {
    const sources = this.#sources ??= this.#inOrder();
    const own = this.#areOwn && collectLast === undefined ? sources.map(ownAnswer) : undefined;
    const families = own && allOf(own);
    if (families !== undefined) return { families, errors: [] };
    const questions = new Questions(options?.signal);
    const answers = sources.map((source, position) =>
      own === undefined ? questions.ask(source) : questions.take(source, own[position])
    );
    const last = collectLast?.();
    const checks = this.#checkEarly(sources, answers);
    // What collectors have held the event loop for is a part of the first slice.
    const checked = withinTimeSlice(checks, questions.began);
    if (checked !== undefined && !checked.includes(undefined) && !questions.areLate) {
      const merging = merge(sources, checked as readonly CheckedFamilies[], questions, last);
      const gathering = withinTimeSlice(merging);
      if (gathering !== undefined) {
        questions.end();
        return gathering;
      }
    }
    const early = checked ?? inTimeSlices(checks, questions.began);
    const onStart = options?.onStart;
    return this.#gatherLater({ sources, questions, answers, early, last, onStart });
  }

  async #gatherLater(
    { sources, questions, answers, early, last, onStart }: Begun,
  ): Promise<Gathering> {
    // Each is checked once, even if somebody asks for what there is so far.
    const late = new Map<Answer, Promise<CheckedFamilies>>();
    const checked = (answer: Answer, position: number) => {
      // A better answer may follow on that it is late.
      if (answer instanceof CollectionError) return [answer];
      const known = late.get(answer) ??
        inTimeSlices(checkInSteps(answer, sources[position], this.dropped));
      late.set(answer, known);
      return known;
    };
    const merged = async (settled: readonly Answer[], more?: readonly CollectionError[]) => {
      const all: CheckedFamilies[] = [];
      for (const [position, families] of (await early).entries()) {
        all.push(families ?? await checked(settled[position], position));
      }
      return await inTimeSlices(merge(sources, all, questions, last, more));
    };
    onStart?.(soFar(sources, questions, answers, merged));
    await early;
    await questions.settle();
    const settled = await Promise.all(answers);
    questions.end();
    return await merged(settled);
  }

  /** Checks what was answered at once; `undefined` stands for what was not. */
  *#checkEarly(
    sources: readonly Source[],
    answers: readonly (Answer | Promise<Answer>)[],
  ): Generator<void, (CheckedFamilies | undefined)[], void> {
    const all: (CheckedFamilies | undefined)[] = [];
    for (let position = 0; position < answers.length; position++) {
      const answer = answers[position];
      if (answer instanceof Promise) all.push(undefined);
      else if (answer instanceof CollectionError) all.push([answer]);
      // Our own instruments need no check.
      else if (sources[position].isFamily) all.push(answer);
      else all.push(yield* checkInSteps(answer, sources[position], this.dropped));
    }
    return all;
  }

  /** Families come first and by name, as on a page, so there is hardly anything left to sort. */
  #inOrder(): readonly Source[] {
    const families: Source[] = [];
    const others: Source[] = [];
    for (const source of this.#collectors.values()) {
      if (source.isFamily) families.push(source);
      else others.push(source);
    }
    this.#areOwn = others.length === 0;
    families.sort((one, other) => {
      const [{ name }] = one.descriptions;
      const [{ name: otherName }] = other.descriptions;
      if (name === otherName) this.#areOwn = false;
      return name < otherName ? -1 : 1;
    });
    return [...families, ...others];
  }
}

/** The families of all answers; `undefined` if one is no list of them. */
function allOf(answers: readonly unknown[]): readonly MetricFamily[] | undefined {
  const families: MetricFamily[] = [];
  for (const answer of answers) {
    if (!Array.isArray(answer)) return undefined;
    for (const family of answer) families.push(family);
  }
  return families;
}

function* merge(
  sources: readonly Source[],
  answers: readonly CheckedFamilies[],
  questions: Questions,
  last: Gathering | undefined,
  more: readonly CollectionError[] = [],
): Generator<void, Gathering, void> {
  const merger = new FamilyMerger();
  const own: MetricFamily[] = [];
  const others: number[] = [];
  for (let position = 0; position < answers.length; position++) {
    const [first] = answers[position];
    const isTrusted = sources[position].isFamily && !(first instanceof CollectionError);
    if (isTrusted) own.push(...answers[position] as readonly MetricFamily[]);
    else others.push(position);
  }
  yield* merger.addOwnInSteps(own);
  for (const position of others) yield* merger.addInSteps(answers[position], sources[position]);
  for (const error of [...questions.errors, ...more, ...last?.errors ?? []]) merger.fail(error);
  if (last !== undefined) yield* merger.addOwnInSteps(last.families);
  return merger.finish();
}

/** Gives what there is of a gathering; who has not answered is an error of it. */
function soFar(
  sources: readonly Source[],
  questions: Questions,
  answers: readonly (Answer | Promise<Answer>)[],
  merged: (settled: readonly Answer[], errors: readonly CollectionError[]) => Promise<Gathering>,
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
  return () => {
    if (gathering !== undefined) return gathering;
    const errors: CollectionError[] = [];
    const now = sources.map((source, at) => settled[at] ?? questions.soFar(source, errors));
    const outcome = merged(now, errors);
    // What a collector has so far becomes more before it answers.
    if (!now.some((answer, at) => settled[at] === undefined && Array.isArray(answer))) {
      gathering = outcome;
    }
    return outcome;
  };
}
