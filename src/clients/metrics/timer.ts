/** The part of Node's `process` that measures time. */
interface HighResolution {
  hrtime?(since?: [number, number]): [number, number];
}

/** A clock that was started: seconds since then. */
export type Seconds = () => number;

/**
 * Starts `process.hrtime()`, or `performance.now()` where there is no such function. It is read from
 * the global object at each call, because the fake timers of test frameworks replace it there.
 */
export function startClock(): Seconds {
  const { process } = globalThis as { process?: HighResolution };
  if (process?.hrtime === undefined) return startPerformanceClock();
  const start = process.hrtime();
  return () => {
    const [seconds, nanoseconds] = process.hrtime!(start);
    return seconds + nanoseconds / 1e9;
  };
}

/** Starts `performance.now()`, which is read in the same way. */
export function startPerformanceClock(): Seconds {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
