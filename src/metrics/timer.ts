import { milliseconds } from "../model/clock.ts";

/**
 * Records the seconds since the start of a timer, and returns them.
 *
 * @category Instruments
 */
export type EndTimer = () => number;

/** Starts a timer. Every call of the result records the seconds since then. */
export function startTimer(record: (seconds: number) => void): EndTimer {
  const start = milliseconds();
  return () => {
    const seconds = (milliseconds() - start) / 1000;
    record(seconds);
    return seconds;
  };
}
