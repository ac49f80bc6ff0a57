import type { LayeredState } from "./layered_state.ts";
import type { RankedResult, WindowResult } from "./results.ts";
import type { StateKey } from "./state_backend.ts";

/**
 * Keeps the running totals of every airport and sets each hour beside them. All hours that close
 * together, those of a dozen airports on average, are read in one batch and written in another.
 */
export class AirportTotals {
  readonly #state: LayeredState;

  constructor(state: LayeredState) {
    this.#state = state;
  }

  /** Adds the hours to the totals. */
  add(hours: readonly WindowResult[]): RankedResult[] {
    const origins = [...new Set(hours.map(({ origin }) => origin))];
    const stored = this.#state.getMany<Totals>(origins.map(keyOf));
    const totals = new Map(origins.map((origin, index) => [origin, stored[index] ?? NONE]));

    const ranked = hours.map((hour): RankedResult => {
      const before = totals.get(hour.origin) ?? NONE;
      const after: Totals = {
        flights: before.flights + hour.flights,
        delay: before.delay + hour.totalDelay,
      };
      totals.set(hour.origin, after);
      return { ...hour, usualDelay: after.delay / after.flights };
    });

    this.#state.putMany([...totals].map(([origin, value]) => ({ key: keyOf(origin), value })));
    return ranked;
  }
}

interface Totals {
  readonly flights: number;
  /** Minutes. */
  readonly delay: number;
}

const NONE: Totals = { flights: 0, delay: 0 };

function keyOf(origin: string): StateKey {
  return { group: "totals", id: origin };
}
