import type { LabelSet } from "../../model/family/labels.ts";
import { raceDeadline } from "../../model/platform/deadline.ts";

/**
 * One gathering of a registry's metrics: each is read once the `collect` functions of all have ended,
 * since one may set several metrics.
 */
export class CollectRound {
  /** The registry's labels. */
  readonly defaults: LabelSet;
  /** Whether there is a `collect` to wait for. */
  readonly collects: boolean;
  readonly #answers: unknown[] = [];
  readonly #ended: Promise<void>;
  #end!: () => void;

  /** A gathering that has not asked yet. */
  constructor(defaults: LabelSet, collects: boolean) {
    this.defaults = defaults;
    this.collects = collects;
    this.#ended = new Promise((resolve) => this.#end = resolve);
  }

  /** Waits for an answer, and then for those of the other metrics. Rejects as the answer does. */
  async wait<Answer>(answer: Answer | PromiseLike<Answer>): Promise<Answer> {
    this.#answers.push(answer);
    const settled = await answer;
    await this.#ended;
    return settled;
  }

  /** Called when all are asked. At the deadline nobody waits any longer for those that hang. */
  allAsked(signal: AbortSignal | undefined): void {
    raceDeadline(Promise.allSettled(this.#answers), { signal }, () => {}).then(this.#end);
  }
}
