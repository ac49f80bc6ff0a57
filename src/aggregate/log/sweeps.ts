import type { AggregateState } from "./aggregate_state.ts";
import type { TruthSettings } from "./truth_options.ts";

/** Seconds between two looks for what has expired. */
export const sweepSeconds = 10;

/** Knows when something has expired. */
export class Sweeps {
  readonly #options: TruthSettings;
  #checkAt = -Infinity;
  #isDue = false;

  /** By what expires after which time. */
  constructor(options: TruthSettings) {
    this.#options = options;
  }

  /** Whether something has expired; looked for every 10 s. */
  isDue({ clients, sums }: AggregateState, now: number): boolean {
    if (now >= this.#checkAt) {
      this.#checkAt = now + sweepSeconds;
      this.#isDue = clients.mustSweep(now) || sums.mustSweep(now);
    }
    return this.#isDue;
  }

  /** Notes that what has expired was removed. */
  done(): void {
    this.#isDue = false;
  }

  /** In how many seconds something may expire. */
  next(state: AggregateState): number {
    const { staleSeconds, idleSeconds } = this.#options;
    return Math.max(sweepSeconds, state.clients.size > 0 ? staleSeconds : idleSeconds);
  }
}
