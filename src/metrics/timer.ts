import { milliseconds } from "../model/platform/clock.ts";

/**
 * Records the seconds since the start of a timer, and returns them.
 *
 * @category Instruments
 */
export type EndTimer = () => number;

/**
 * Starts a timer. Every call of the result records the seconds since then; 0 if the clock went back.
 *
 * @param record Gets the seconds, and what the end of the timer is called with.
 */
export function startTimer<Parameters extends readonly unknown[]>(
  record: (seconds: number, ...parameters: Parameters) => void,
): (...parameters: Parameters) => number {
  const start = milliseconds();
  return (...parameters) => {
    const elapsed = milliseconds() - start;
    // workerd's clock is 0 while modules load, and then jumps by the time since 1970.
    const seconds = elapsed > 0 && elapsed < 1e12 ? elapsed / 1000 : 0;
    record(seconds, ...parameters);
    return seconds;
  };
}
