import { milliseconds } from "../model/platform/clock.ts";
import { raceDeadline } from "../model/platform/deadline.ts";

/** One piece of work, and who waits for it. */
interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  /** When it began to wait for the one before, in milliseconds. */
  readonly since: number;
  /** Number of callers that still wait. */
  waiting: number;
}

/** A piece of work that has begun. */
interface Running<Result> {
  readonly result: Promise<Result>;
  readonly superseded: AbortController;
  /** When it began, in milliseconds. */
  readonly since: number;
}

/** How a piece of work is told to end. */
export interface FlightSignals {
  /** Aborted once all who wait for it have given up. */
  readonly signal: AbortSignal;
  /** Aborted once a newer piece waits, which makes this one's repetitions pointless. */
  readonly superseded: AbortSignal;
}

/**
 * Runs one piece of work at a time. Callers that come meanwhile share the next one, so at most two
 * are there at any time.
 */
export class Flights<Result> {
  readonly #work: (signals: FlightSignals) => Promise<Result>;
  readonly #longestSeconds: number;
  #running: Running<Result> | undefined;
  #next: Flight<Result> | undefined;

  /**
   * @param work Must not reject. If its signal is aborted already, it must change nothing.
   * @param longestSeconds After this time a piece is taken to be lost, a running one and one that
   * waits: on Workers, what one request began may never go on once that request has ended.
   */
  constructor(work: (signals: FlightSignals) => Promise<Result>, longestSeconds: number) {
    this.#work = work;
    this.#longestSeconds = longestSeconds;
  }

  /**
   * Runs a piece that begins now, or after the running one.
   *
   * @param signal Ends the wait. Once nobody waits, the piece is told to end, and its result is given
   * as soon as it has; else it is `left`.
   */
  run(signal: AbortSignal | undefined, left: () => Result): Promise<Result> {
    // Nobody joins a piece that all others have left before it began, or that was lost meanwhile.
    const next = this.#next;
    if (next && (next.waiting === 0 || this.#secondsLeft(next) < 0)) this.#next = undefined;
    const flight = this.#next ??= this.#prepare();
    flight.waiting++;
    if (signal === undefined) return flight.result;
    return new Promise((resolve, reject) => {
      const leave = () => {
        if (--flight.waiting > 0 || !aborted(flight.controller, signal.reason)) resolve(left());
      };
      if (signal.aborted) leave();
      else signal.addEventListener("abort", leave, { once: true });
      flight.result.finally(() => signal.removeEventListener("abort", leave))
        .then(resolve, reject);
    });
  }

  /** Tells the running piece that its repetitions are pointless. */
  supersede(): void {
    if (this.#running) aborted(this.#running.superseded);
  }

  #prepare(): Flight<Result> {
    const controller = new AbortController();
    this.supersede();
    const since = milliseconds();
    return { result: this.#start(controller), controller, since, waiting: 0 };
  }

  /** How long a piece may still take before it is lost. */
  #secondsLeft({ since }: Flight<Result> | Running<Result>): number {
    return this.#longestSeconds - (milliseconds() - since) / 1000;
  }

  async #start(controller: AbortController): Promise<Result> {
    const { signal } = controller;
    const before = this.#running;
    const seconds = before && Math.max(this.#secondsLeft(before), 0);
    // Also without one before: who calls in the same turn shares this piece.
    await raceDeadline(before?.result, { seconds, signal }, () => undefined);
    if (this.#next?.controller === controller) this.#next = undefined;
    const superseded = new AbortController();
    const since = milliseconds();
    const result = this.#work({ signal, superseded: superseded.signal });
    // One that is over before it began changes nothing, so that the running one goes on beside it.
    if (signal.aborted) return await result;
    const running = this.#running = { result, superseded, since };
    try {
      return await result;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }
}

/**
 * Aborts what was begun, and returns whether it could: workerd throws if that was in another request,
 * which then goes on as far as it may.
 */
function aborted(controller: AbortController, reason?: unknown): boolean {
  try {
    controller.abort(reason);
    return true;
  } catch {
    return false;
  }
}
