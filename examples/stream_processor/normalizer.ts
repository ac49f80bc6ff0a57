import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import type { Aggregator } from "./aggregator.ts";
import { fillGaps, forCounts, forDelays, type Series, type StrategyChoice } from "./gaps.ts";
import type { LayeredState } from "./layered_state.ts";
import { isOutlier } from "./outliers.ts";
import type { AirportDay, WindowResult } from "./results.ts";
import type { StateKey } from "./state_backend.ts";
import { DAY, HOUR, startOf } from "./time.ts";

/**
 * The five busiest airports of the data. The others have too few flights in the sample for an
 * hourly series.
 */
export const FOLLOWED_AIRPORTS: readonly string[] = ["DFW", "ORD", "ATL", "LAX", "PHX"];

/**
 * From this delay on a flight counts as delayed in the reports of the Bureau of Transportation
 * Statistics, in minutes.
 */
export const DISRUPTION = 15;

/** How long an hour is remembered to tell what is usual for its airport. */
export const MEMORY: number = 14 * DAY;

/** With fewer hours to compare to, nothing is called an outlier. */
const FEWEST_HOURS = 24;

/**
 * Turns the hours of the busiest airports into days on an even grid of 24 hours: gaps are filled,
 * each series in its own way, and hours with an unusual delay are found by comparing them with the
 * airport's last two weeks.
 */
export class Normalizer {
  readonly #lateness: number;
  readonly #state: LayeredState;
  readonly #aggregator: Aggregator;
  readonly #metrics: ProcessorMetrics;
  /** The first day that is not closed yet, and the last one that has an hour. */
  #nextDay = Infinity;
  #lastDay = -Infinity;

  /** @param lateness How long after its end an hour closes, in milliseconds. */
  constructor(
    lateness: number,
    state: LayeredState,
    aggregator: Aggregator,
    metrics: ProcessorMetrics,
  ) {
    this.#lateness = lateness;
    this.#state = state;
    this.#aggregator = aggregator;
    this.#metrics = metrics;
  }

  /** Remembers the hours of the airports that are followed. */
  add(hours: readonly WindowResult[]): void {
    const followed = hours.filter(({ origin }) => FOLLOWED_AIRPORTS.includes(origin));
    if (followed.length === 0) return;
    this.#metrics.recordNormalizedEvent(followed.length);
    this.#state.putMany(followed.map(({ origin, start, flights, averageDelay }) => ({
      key: keyOf(origin, start),
      value: { flights, averageDelay } satisfies Hour,
      expiresAt: start + MEMORY,
    })));
    for (const { start } of followed) {
      this.#lastDay = Math.max(this.#lastDay, startOf(DAY, start));
      this.#nextDay = Math.min(this.#nextDay, startOf(DAY, start));
    }
  }

  /** Normalizes all days whose last hour has closed. */
  closeDays(watermark: number): AirportDay[] {
    const days: AirportDay[] = [];
    while (this.#nextDay <= this.#lastDay && this.#nextDay + DAY + this.#lateness <= watermark) {
      for (const origin of FOLLOWED_AIRPORTS) {
        const day = this.#normalize(origin, this.#nextDay);
        if (day !== null) days.push(day);
      }
      this.#nextDay += DAY;
      this.#state.evictExpired(this.#nextDay);
    }
    return days;
  }

  /** The day of one airport, or null if it has no flight. */
  #normalize(origin: string, day: number): AirportDay | null {
    const starts = Array.from({ length: DAY / HOUR }, (_, hour) => day + hour * HOUR);
    const hours = this.#state.getMany<Hour>(starts.map((start) => keyOf(origin, start)));
    if (hours.every((hour) => hour === undefined)) return null;

    const measured: Series = hours.map((hour) => hour?.averageDelay ?? null);
    const disrupted = measured.filter((delay) => delay !== null).filter((delay) =>
      delay >= DISRUPTION
    );
    return {
      origin,
      day,
      flights: this.#fill(hours.map((hour) => hour?.flights ?? null), forCounts),
      delays: this.#fill(measured, forDelays),
      outliers: this.#findOutliers(origin, measured),
      disruption: {
        hours: disrupted.length,
        // A day without a disrupted hour has no average: a failure that comes with good days.
        averageDelay: this.#aggregator.compute("avg", disrupted),
        longestDelay: this.#aggregator.compute("max", disrupted),
      },
    };
  }

  #fill(series: Series, choose: StrategyChoice): Series {
    const result = fillGaps(series, choose);
    for (const { strategy, filled } of result.fills) {
      this.#metrics.recordFillOperation(strategy);
      this.#metrics.recordGapsFilled(filled);
    }
    return result.series;
  }

  /** Only the measured hours are looked at: a filled one says nothing new. */
  #findOutliers(origin: string, measured: Series): number[] {
    const remembered = this.#state.scan<Hour>(groupOf(origin))
      .map((hour) => hour.averageDelay)
      .filter((delay) => delay !== null);
    if (remembered.length < FEWEST_HOURS) return [];
    const outliers = [...measured.keys()].filter((hour) => {
      const delay = measured[hour];
      return delay !== null && isOutlier(delay, remembered);
    });
    this.#metrics.recordOutliersDetected(outliers.length);
    return outliers;
  }
}

interface Hour {
  readonly flights: number;
  /** Minutes. */
  readonly averageDelay: number | null;
}

function groupOf(origin: string): string {
  return `hours/${origin}`;
}

function keyOf(origin: string, start: number): StateKey {
  return { group: groupOf(origin), id: String(start) };
}
