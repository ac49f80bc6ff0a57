import process from "node:process";

/** Runs a test under a clock of milliseconds, which the timers of the clients read. */
export async function withClock(test: (at: (now: number) => void) => unknown): Promise<void> {
  const { hrtime } = process;
  let now = 0;
  const fake = ([seconds, nanoseconds] = [0, 0]) => {
    const passed = now * 1e6 - seconds * 1e9 - nanoseconds;
    return [Math.floor(passed / 1e9), passed % 1e9];
  };
  process.hrtime = fake as typeof hrtime;
  try {
    await test((time) => now = time);
  } finally {
    process.hrtime = hrtime;
  }
}
