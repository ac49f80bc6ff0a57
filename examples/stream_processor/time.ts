/** Reads the clock, in milliseconds since any fixed point. */
export type Clock = () => number;

/** One minute in milliseconds: event times are milliseconds since 1970. */
export const MINUTE = 60_000;

/** One hour in milliseconds. */
export const HOUR: number = 60 * MINUTE;

/** One day in milliseconds. */
export const DAY: number = 24 * HOUR;

/** One week in milliseconds. */
export const WEEK: number = 7 * DAY;

/** A clock that never steps back, as the wall clock may. */
export const steadyClock: Clock = () => performance.now();

/** Starts a timer and returns a function that gives the seconds since then. */
export function startStopwatch(): () => number {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}

/** The start of the period of this length that holds the time. */
export function startOf(period: number, time: number): number {
  return Math.floor(time / period) * period;
}
