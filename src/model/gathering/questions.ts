import { milliseconds } from "../platform/clock.ts";
import { setDeadline } from "../platform/deadline.ts";
import type { BeginOptions } from "../collector.ts";
import { CollectionError } from "../errors.ts";
import type { MetricFamily } from "../snapshot.ts";
import { isThenable, settled } from "../platform/thenable.ts";
import { nextTurn } from "../platform/time_slices.ts";
import { containedController } from "./contained_signal.ts";
import { errorsOf, partialOf } from "./partial_answers.ts";
import type { Source } from "./source.ts";

/** The families of a collector, or why there are none. */
export type Answer = readonly MetricFamily[] | CollectionError;

/**
 * How long after the deadline answers may still come: those that were on their way while something
 * held the event loop. A scrape gives a gathering 0.1 s to end.
 */
const graceSeconds = 0.05;

/** Time from which on holding the event loop may be why a deadline passed. */
const longHoldMs = 50;

/** The questions of one gathering: asks collectors, and waits for them until the deadline. */
export class Questions {
  /** What went wrong besides the answers. */
  readonly errors: CollectionError[] = [];
  /** When the first was asked, on the monotonic clock. */
  readonly began: number = milliseconds();
  readonly #signal: BeginOptions["signal"] | undefined;
  readonly #controllers: AbortController[] = [];
  /** Fulfilled after the deadline; there is none until a collector is asked that might wait. */
  #ended: Promise<void> | undefined;
  #release = () => {};
  /** What collectors of several sources have so far. */
  readonly #partial = new Map<Source, ReturnType<typeof partialOf>>();
  /** The collector that held the event loop longest. */
  #longest: { readonly source: Source; readonly heldMs: number } | undefined;
  /** Who held the event loop for most of the time until the deadline. */
  #blocker: string | undefined;

  /** @param signal Gives what is aborted at the deadline; our own instruments need none. */
  constructor(signal?: BeginOptions["signal"]) {
    this.#signal = signal;
  }

  /** Asks a collector. What it throws is its answer. */
  ask(source: Source): Answer | Promise<Answer> {
    if (source.isFamily) return this.take(source, ownAnswer(source));
    const began = milliseconds();
    try {
      return this.take(source, source.collect(this.#signalFor(source)));
    } catch (error) {
      return source.failure(error);
    } finally {
      const heldMs = milliseconds() - began;
      if (!(heldMs <= (this.#longest?.heldMs ?? 0))) this.#longest = { source, heldMs };
    }
  }

  /** Takes what a collector has answered; if it is not what it should be, an error is its answer. */
  take(source: Source, answer: unknown): Answer | Promise<Answer> {
    if (answer instanceof CollectionError) return answer;
    try {
      return isThenable(answer) ? this.#wait(source, answer) : this.#listOf(source, answer);
    } catch (error) {
      return source.failure(error);
    }
  }

  /** Whether a collector held the event loop, so that a deadline may have passed meanwhile. */
  get areLate(): boolean {
    return this.#longest !== undefined && this.#longest.heldMs >= longHoldMs;
  }

  /** If a collector held the event loop, lets the deadline come that would have come meanwhile. */
  async settle(): Promise<void> {
    if (this.areLate) await nextTurn();
  }

  /** Leaves nothing behind: no timer, and no listener of a signal that may live long. */
  end(): void {
    this.#release();
  }

  /** The answer of a collector that has given none. */
  late(source: Source): CollectionError {
    const why = this.#blocker === undefined ? "" : `, while ${this.#blocker}`;
    return source.failure(`it did not answer before the deadline${why}`);
  }

  /** What a collector has so far that has not answered; adds what else is wrong to the errors. */
  soFar(source: Source, errors: CollectionError[]): Answer {
    const soFar = this.#partial.get(source);
    if (soFar === undefined) return this.late(source);
    try {
      return this.#listOf(source, soFar(), errors);
    } catch (error) {
      return source.failure(error);
    }
  }

  /** Waits for the deadline, from the first question on to a collector that may wait. */
  #listen(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      if (signal === undefined) return;
      let cancel = () => {};
      const expire = () => {
        cancel = setDeadline(graceSeconds, resolve);
        this.#expire(signal);
      };
      this.#release = () => {
        cancel();
        signal.removeEventListener("abort", expire);
      };
      if (signal.aborted) expire();
      else signal.addEventListener("abort", expire);
    });
  }

  #expire(signal: AbortSignal): void {
    const { source, heldMs = 0 } = this.#longest ?? {};
    const waitedMs = milliseconds() - this.began;
    if (source !== undefined && heldMs >= Math.max(longHoldMs, waitedMs / 2)) {
      const held = `held the event loop for ${(heldMs / 1000).toFixed(3)} s`;
      this.#blocker = `${source.name} ${held}`;
      const reason = `its collect() ${held} of the time to the deadline; make it asynchronous`;
      this.errors.push(source.failure(reason));
    }
    for (const controller of this.#controllers) controller.abort(signal.reason);
  }

  #signalFor(source: Source): AbortSignal | undefined {
    const signal = this.#signal?.();
    this.#ended ??= this.#listen(signal);
    if (signal === undefined) return undefined;
    const controller = containedController((error) => this.errors.push(source.failure(error)));
    this.#controllers.push(controller);
    if (signal.aborted) controller.abort(signal.reason);
    return controller.signal;
  }

  #listOf(source: Source, answer: unknown, errors = this.errors): readonly MetricFamily[] {
    const families = source.listOf(answer);
    for (const error of errorsOf(answer)) errors.push(source.failure(error));
    return families;
  }

  #wait(source: Source, answer: PromiseLike<unknown>): Promise<Answer> {
    source.calls++;
    this.#partial.set(source, partialOf(answer));
    return new Promise<Answer>((resolve) => {
      settled(answer)
        .then((families) => this.#listOf(source, families))
        .then(resolve, (error) => resolve(source.failure(error)));
      this.#ended?.then(() => resolve(this.late(source)));
    }).finally(() => source.calls--);
  }
}

/**
 * What one of our own families answers, or the error that it throws. It takes no time that would have
 * to be measured. It is a list, unless somebody has replaced the method.
 */
export function ownAnswer(source: Source): unknown {
  try {
    return source.collector.collect();
  } catch (error) {
    return source.failure(error);
  }
}
