/** A clock that stands still until it is told to go on. */
export interface Clock {
  advance(seconds: number): void;
}

/** Runs a test under a clock of its own: `performance.now()` gives its time until the test ends. */
export async function withClock(run: (clock: Clock) => void | Promise<void>): Promise<void> {
  let now = 1000;
  const advance = (seconds: number) => void (now += seconds * 1000);
  await withNow(() => now, async () => await run({ advance }));
}

/**
 * Runs a test under a clock that goes on by 20 ms at each look, so that every step of long work takes
 * too long; or by as much as it is told.
 */
export async function withHastyClock(
  run: (goBy: (milliseconds: number) => void) => Promise<void>,
): Promise<void> {
  let [now, step] = [1000, 20];
  await withNow(() => now += step, async () => await run((milliseconds) => step = milliseconds));
}

async function withNow(now: () => number, run: () => Promise<void>): Promise<void> {
  const own = Object.getOwnPropertyDescriptor(performance, "now");
  Object.defineProperty(performance, "now", { value: now, configurable: true });
  try {
    await run();
  } finally {
    if (own === undefined) Reflect.deleteProperty(performance, "now");
    else Object.defineProperty(performance, "now", own);
  }
}
