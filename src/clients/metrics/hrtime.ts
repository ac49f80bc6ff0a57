/** The part of Node's `process` that measures time. */
interface HighResolution {
  hrtime?(since?: [number, number]): [number, number];
}

/**
 * Starts to measure; the function that is returned gives the seconds since then. It is
 * `process.hrtime()` at each call, since test frameworks replace that; `performance.now()` where
 * there is none.
 */
export function startSeconds(): () => number {
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
