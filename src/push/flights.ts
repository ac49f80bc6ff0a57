import { raceDeadline } from "../model/deadline.ts";

/** One piece of work, and who waits for it. */
interface Flight<Result> {
  readonly result: Promise<Result>;
  readonly controller: AbortController;
  /** Number of callers that still wait. */
  waiting: number;
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
  #running: { readonly result: Promise<Result>; readonly superseded: AbortController } | undefined;
  #next: Flight<Result> | undefined;

  /**
   * @param work Must not reject.
   * @param longestSeconds After this time a piece is taken to be lost: on Workers, what one request
   * began may never go on once that request has ended.
   */
  constructor(work: (signals: FlightSignals) => Promise<Result>, longestSeconds: number) {
    this.#work = work;
    this.#longestSeconds = longestSeconds;
  }

  /** Whether a piece is running. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Runs a piece that begins now, or after the running one. */
  run(signal?: AbortSignal): Promise<Result> {
    const flight = this.#next ??= this.#prepare();
    flight.waiting++;
    if (signal === undefined) return flight.result;
    const leave = () => {
      if (--flight.waiting === 0) flight.controller.abort(signal.reason);
    };
    if (signal.aborted) leave();
    else signal.addEventListener("abort", leave, { once: true });
    return flight.result.finally(() => signal.removeEventListener("abort", leave));
  }

  #prepare(): Flight<Result> {
    const controller = new AbortController();
    this.#running?.superseded.abort();
    return { result: this.#start(controller), controller, waiting: 0 };
  }

  async #start(controller: AbortController): Promise<Result> {
    const before = this.#running?.result;
    // Also without one before: who calls in the same turn shares this piece.
    await raceDeadline(before, { seconds: this.#longestSeconds }, () => undefined);
    this.#next = undefined;
    const superseded = new AbortController();
    const result = this.#work({ signal: controller.signal, superseded: superseded.signal });
    const running = this.#running = { result, superseded };
    try {
      return await result;
    } finally {
      if (this.#running === running) this.#running = undefined;
    }
  }
}
