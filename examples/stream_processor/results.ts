import type { WindowTypeLabel } from "@edgeprom/edgeprom";

/** The result of one window, as it goes to the topic of results. */
export interface WindowResult {
  readonly windowType: WindowTypeLabel;
  readonly origin: string;
  /** Bounds in milliseconds since 1970. */
  readonly start: number;
  readonly end: number;
  readonly flights: number;
  /** Delays in minutes. */
  readonly totalDelay: number;
  readonly averageDelay: number | null;
  readonly longestDelay: number | null;
}

/** An hourly result beside what the airport has shown so far. */
export interface RankedResult extends WindowResult {
  /** Average delay in minutes of all flights of the airport up to and with this hour. */
  readonly usualDelay: number;
}

/** One day of one airport on an hourly grid, as it goes to the topic of days. */
export interface AirportDay {
  readonly origin: string;
  /** First millisecond of the day. */
  readonly day: number;
  /** Flights of each hour; hours without one are filled with 0. */
  readonly flights: readonly (number | null)[];
  /** Average delay of each hour in minutes; null if the gap was too long to be filled. */
  readonly delays: readonly (number | null)[];
  /** Hours of the day, 0 to 23, whose average delay is unlike the airport's. */
  readonly outliers: readonly number[];
  /** The hours with an average delay of 15 minutes or more. */
  readonly disruption: {
    readonly hours: number;
    /** Average and longest delay of those hours in minutes; null if there were none. */
    readonly averageDelay: number | null;
    readonly longestDelay: number | null;
  };
}
