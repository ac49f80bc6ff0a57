/** A clock that was started: seconds since then. */
export type Seconds = () => number;

/**
 * Starts a clock. It is read from the global object at each call, because the fake timers of test
 * frameworks replace it there.
 */
export function startClock(): Seconds {
  const start = performance.now();
  return () => (performance.now() - start) / 1000;
}
