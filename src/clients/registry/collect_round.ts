import type { LabelSet } from "../../model/family/labels.ts";
import { raceDeadline } from "../../model/platform/deadline.ts";
import { CollectionError, reasonOf } from "../../model/errors.ts";
import { partialAnswer } from "../../model/gathering/partial_answers.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/** A metric that was asked. */
interface Asked {
  /** Its name in the registry. */
  readonly name: string;
  /** Reads it, or throws why it cannot be read. */
  read: () => MetricFamily;
}

/**
 * One gathering of a registry's metrics: each is read once the `collect` functions of all have ended,
 * since one may set several metrics.
 */
export class CollectRound {
  /** The registry's labels. */
  readonly defaults: LabelSet;
  /** Whether there is a `collect` to wait for. */
  readonly collects: boolean;
  readonly #asked: Asked[] = [];
  readonly #answers: unknown[] = [];
  readonly #ended: Promise<void>;
  #end!: () => void;

  /** A gathering that has not asked yet. */
  constructor(defaults: LabelSet, collects: boolean) {
    this.defaults = defaults;
    this.collects = collects;
    this.#ended = new Promise((resolve) => this.#end = resolve);
  }

  /**
   * Asks a metric, and reads it once it and the others have answered, which is at once if none has a
   * `collect`. Throws, or rejects, as it does.
   */
  read<Answer>(
    name: string,
    ask: () => Answer | PromiseLike<Answer>,
    read: (answer: Answer) => MetricFamily,
  ): readonly MetricFamily[] | Promise<readonly MetricFamily[]> {
    const asked: Asked = { name, read: hangs };
    this.#asked.push(asked);
    try {
      const answer = ask();
      if (this.collects) return this.#readLater(asked, answer, read);
      asked.read = () => read(answer as Answer);
    } catch (error) {
      asked.read = throwing(error);
    }
    return [asked.read()];
  }

  async #readLater<Answer>(
    asked: Asked,
    answer: Answer | PromiseLike<Answer>,
    read: (answer: Answer) => MetricFamily,
  ): Promise<readonly MetricFamily[]> {
    this.#answers.push(answer);
    try {
      const settled = await answer;
      asked.read = () => read(settled);
    } catch (error) {
      asked.read = throwing(error);
    }
    await this.#ended;
    return [asked.read()];
  }

  /** Called when all are asked. At the deadline nobody waits any longer for those that hang. */
  allAsked(signal: AbortSignal | undefined): void {
    raceDeadline(Promise.allSettled(this.#answers), { signal }, () => {}).then(this.#end);
  }

  /** The metrics that have answered, read as they are now, and errors in place of the others. */
  soFar(): readonly MetricFamily[] {
    const families: MetricFamily[] = [];
    const missing: Error[] = [];
    for (const { name, read } of this.#asked) {
      try {
        families.push(read());
      } catch (error) {
        missing.push(new CollectionError(`${name}: ${reasonOf(error)}`));
      }
    }
    return partialAnswer(families, missing);
  }
}

function throwing(error: unknown): () => never {
  return () => {
    throw error;
  };
}

function hangs(): never {
  throw new CollectionError("it did not answer before the deadline");
}
