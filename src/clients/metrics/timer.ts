/** The part of Node's `process` that measures time. */
interface HighResolution {
  hrtime?(since?: [number, number]): [number, number];
}

/** A clock that was started: seconds since then. */
export type Seconds = () => number;

/**
 * Starts a clock. It is `process.hrtime()`, as in the clients, and read from the global object at each
 * call, because the fake timers of test frameworks replace it there; `performance.now()` where there
 * is no such function.
 */
export function startClock(): Seconds {
  const { process } = globalThis as { process?: HighResolution };
  if (process?.hrtime === undefined) {
    const start = performance.now();
    return () => (performance.now() - start) / 1000;
  }
  const start = process.hrtime();
  return () => {
    const [seconds, nanoseconds] = process.hrtime!(start);
    return seconds + nanoseconds / 1e9;
  };
}
