import type { Gatherer, Gathering } from "../../model/collector.ts";
import { raceDeadline, setDeadline } from "../../model/deadline.ts";
import { isWorkers } from "../platform.ts";

/** In place of a gathering: the gatherer did not end in time. */
export const timedOut: unique symbol = Symbol("timed out");

/** Outcome of a gathering. */
export type GatheringOutcome = Gathering | typeof timedOut;

/** A gathering in progress, and the latest time at which it ends. */
interface Running {
  readonly gathering: Promise<GatheringOutcome>;
  readonly deadline: number;
}

/** How long a gatherer may take to end after its signal was aborted. */
const graceSeconds = 0.1;

/** The gatherings of one gatherer. Concurrent scrapes share one. */
export class SharedGatherings {
  readonly #gatherer: Gatherer;
  #running: Running | undefined;

  constructor(gatherer: Gatherer) {
    this.#gatherer = gatherer;
  }

  /**
   * Gathers, or waits for a gathering in progress if that ends in time. Rejects if the gatherer
   * does.
   */
  gather(seconds: number): Promise<GatheringOutcome> {
    const deadline = performance.now() + seconds * 1000;
    if (this.#running !== undefined && this.#running.deadline <= deadline) {
      return this.#running.gathering;
    }
    const gathering = gatherWithin(this.#gatherer, seconds);
    // On Workers a request may not wait for a promise of another request.
    if (isWorkers()) return gathering;
    const running = { gathering, deadline };
    this.#running = running;
    const clear = () => {
      if (this.#running === running) this.#running = undefined;
    };
    gathering.then(clear, clear);
    return gathering;
  }
}

async function gatherWithin(gatherer: Gatherer, seconds: number): Promise<GatheringOutcome> {
  const controller = new AbortController();
  const cancel = setDeadline(seconds, () => controller.abort());
  try {
    const gathering = gatherer.gather({ signal: controller.signal });
    return await raceDeadline(gathering, { seconds: seconds + graceSeconds }, () => timedOut);
  } finally {
    cancel();
  }
}
