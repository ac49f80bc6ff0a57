import type { Gatherer, Gathering } from "../../model/collector.ts";
import { setDeadline } from "../deadline.ts";
import { isWorkers } from "../platform.ts";

/** In place of a gathering: the gatherer has not ended although its time was up. */
export const timedOut: unique symbol = Symbol("timed out");

/** What comes of a gathering. */
export type GatheringOutcome = Gathering | typeof timedOut;

/** A gathering under way, and the latest time at which it ends. */
interface Running {
  readonly gathering: Promise<GatheringOutcome>;
  readonly deadline: number;
}

/** How long a gatherer may take to end after it was told to. */
const graceSeconds = 0.1;

/** The gatherings of one gatherer. Scrapes side by side share one. */
export class SharedGatherings {
  readonly #gatherer: Gatherer;
  #running: Running | undefined;

  /** None yet. */
  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /**
   * Gathers, or waits for a gathering that is under way and ends in time. It rejects where the
   * gatherer does.
   */
  gather(seconds: number): Promise<GatheringOutcome> {
    const deadline = performance.now() + seconds * 1000;
    if (this.#running !== undefined && this.#running.deadline <= deadline) {
      return this.#running.gathering;
    }
    const gathering = gatherWithin(this.#gatherer, seconds);
    // A Worker may not wait for what another request waits for.
    if (isWorkers()) return gathering;
    const running = { gathering, deadline };
    this.#running = running;
    const over = () => {
      if (this.#running === running) this.#running = undefined;
    };
    gathering.then(over, over);
    return gathering;
  }
}

async function gatherWithin(gatherer: Gatherer, seconds: number): Promise<GatheringOutcome> {
  const ending = new AbortController();
  const cancel = setDeadline(seconds, () => ending.abort());
  let cancelGrace = () => {};
  const outlasted = new Promise<typeof timedOut>((resolve) => {
    cancelGrace = setDeadline(seconds + graceSeconds, () => resolve(timedOut));
  });
  try {
    return await Promise.race([gatherer.gather({ signal: ending.signal }), outlasted]);
  } finally {
    cancel();
    cancelGrace();
  }
}
