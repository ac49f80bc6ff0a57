import type { Gatherer, Gathering, GatherOptions } from "../../model/collector.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import { raceDeadline, setDeadline } from "../../model/platform/deadline.ts";
import { MetricsRegistry } from "../../registry/metrics_registry.ts";

/** In place of a gathering: the gatherer did not end in time. */
export const timedOut: unique symbol = Symbol("timed out");

/** Outcome of a gathering. */
export type GatheringOutcome = Gathering | typeof timedOut;

/** How long a gatherer may take to end after its signal was aborted. */
const graceSeconds = 0.1;

/** What a shared gathering needs of those who share it. */
export interface Sharing {
  /** The number of the gathering, unique for its gatherer. */
  readonly number: number;
  /** How long others may join. */
  readonly sharedSeconds: number;
  /** Called when nobody may join any longer. */
  readonly onEnd: () => void;
}

/** A gathering that several scrapes wait for, each until its own deadline. */
export class SharedGathering {
  /** Its number. */
  readonly number: number;
  /** When it began, on the monotonic clock. */
  readonly began: number = milliseconds();
  readonly #sharedSeconds: number;
  readonly #onEnd: () => void;
  #controller: AbortController | undefined;
  readonly #gathering: Gathering | Promise<Gathering>;
  #soFar: (() => Promise<Gathering>) | undefined;
  /** The deadlines of those that wait; an object each, as several may be the same. */
  readonly #waiting = new Set<{ readonly deadline: number }>();
  #members = 1;
  #isSettled = false;
  #isAborted = false;

  /** Begins the gathering, with its first member. */
  constructor(gatherer: Gatherer, { number, sharedSeconds, onEnd }: Sharing) {
    this.number = number;
    this.#sharedSeconds = sharedSeconds;
    this.#onEnd = onEnd;
    this.#gathering = this.#begin(gatherer);
    if (!(this.#gathering instanceof Promise)) {
      this.#isSettled = true;
      return;
    }
    const settle = () => {
      this.#isSettled = true;
      if (this.#members === 0) this.#onEnd();
    };
    this.#gathering.then(settle, settle);
  }

  /** The gathering, if it ended at once. */
  get atOnce(): Gathering | undefined {
    return this.#gathering instanceof Promise ? undefined : this.#gathering;
  }

  /** Adds a member. */
  join(): void {
    this.#members++;
  }

  /** Removes a member. A gathering that has none and that nobody may join is aborted. */
  leave(): void {
    this.#members--;
    if (this.#members > 0) return;
    if (this.#isSettled) return this.#onEnd();
    const seconds = this.#sharedSeconds - (milliseconds() - this.began) / 1000;
    if (seconds <= 0) return this.abort();
    setDeadline(seconds, () => this.#members === 0 && !this.#isSettled && this.abort());
  }

  /** Tells collectors to end. Those that wait get what there is. */
  abort(): void {
    this.#onEnd();
    this.#isAborted = true;
    this.#controller?.abort();
  }

  /**
   * Waits for the end of the gathering, but not longer than so many seconds: then it resolves with
   * what there is, and the gathering goes on for others. Rejects if the gatherer does.
   */
  async wait(seconds: number): Promise<GatheringOutcome> {
    if (this.atOnce !== undefined) return this.atOnce;
    const own = { deadline: milliseconds() + seconds * 1000 };
    this.#waiting.add(own);
    try {
      const outcome = await this.#within(seconds);
      if (outcome !== timedOut) return outcome;
    } finally {
      this.#waiting.delete(own);
    }
    return await this.#soFar?.() ?? await this.#endFor(own.deadline);
  }

  #begin(gatherer: Gatherer): Gathering | Promise<Gathering> {
    // A gatherer of the user's may pass its options on to several registries, or change what they
    // give: what one of them has so far is not what the gatherer has.
    return isOurs(gatherer)
      ? gatherer.store.begin({
        signal: () => this.#signal(),
        onStart: (soFar) => this.#soFar = soFar,
      })
      : gatherOther(gatherer, { signal: this.#signal() });
  }

  /** The signal, which is made if a collector wants it; our own instruments do not. */
  #signal(): AbortSignal {
    const controller = this.#controller ??= new AbortController();
    if (this.#isAborted) controller.abort();
    return controller.signal;
  }

  /**
   * Ends the gathering of a gatherer that tells only at its end what it has, unless others have much
   * more time.
   */
  async #endFor(deadline: number): Promise<GatheringOutcome> {
    const late = deadline + this.#sharedSeconds * 1000;
    for (const other of this.#waiting) if (other.deadline > late) return timedOut;
    this.abort();
    return await this.#within(graceSeconds);
  }

  #within(seconds: number): Promise<GatheringOutcome> {
    return raceDeadline<Gathering, typeof timedOut>(this.#gathering, { seconds }, () => timedOut);
  }
}

/** Whether a gatherer is a registry whose `gather()` no subclass has replaced. */
function isOurs(gatherer: Gatherer): gatherer is MetricsRegistry {
  return gatherer instanceof MetricsRegistry &&
    gatherer.gather === MetricsRegistry.prototype.gather;
}

/** What a gatherer throws is a rejection. */
async function gatherOther(gatherer: Gatherer, options: GatherOptions): Promise<Gathering> {
  return await gatherer.gather(options);
}
