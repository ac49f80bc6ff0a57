/** A time of day that changes only by `advance()`. */
export interface WallClock {
  /** Seconds since 1970. */
  readonly now: number;
  advance(seconds: number): void;
}

/** Runs a test under a time of day of its own: `Date.now()` gives it until the test ends. */
export async function withWallClock(
  run: (clock: WallClock) => void | Promise<void>,
  start = 1_700_000_000,
): Promise<void> {
  let now = start;
  const own = Date.now;
  Date.now = () => now * 1000;
  const clock: WallClock = {
    get now() {
      return now;
    },
    advance: (seconds) => void (now += seconds),
  };
  try {
    await run(clock);
  } finally {
    Date.now = own;
  }
}
