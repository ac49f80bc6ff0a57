/** A clock that stands still until it is told to go on. */
export interface Clock {
  advance(seconds: number): void;
}

/** Runs a test under a clock of its own: `performance.now()` gives its time until the test ends. */
export async function withClock(run: (clock: Clock) => void | Promise<void>): Promise<void> {
  let now = 1000;
  const own = Object.getOwnPropertyDescriptor(performance, "now");
  Object.defineProperty(performance, "now", { value: () => now, configurable: true });
  try {
    await run({ advance: (seconds) => void (now += seconds * 1000) });
  } finally {
    if (own === undefined) Reflect.deleteProperty(performance, "now");
    else Object.defineProperty(performance, "now", own);
  }
}
