import process from "node:process";

/** A clock that the timers of the clients read. */
export type TimerClock = "process.hrtime" | "performance.now";

/** Runs a test under a clock of milliseconds. The other one stands still. */
export async function withClock(
  test: (at: (now: number) => void) => unknown,
  clock: TimerClock = "process.hrtime",
): Promise<void> {
  const { hrtime } = process;
  const performanceNow = performance.now;
  let now = 0;
  const read = (name: TimerClock) => name === clock ? now : 0;
  const fake = ([seconds, nanoseconds] = [0, 0]) => {
    const passed = read("process.hrtime") * 1e6 - seconds * 1e9 - nanoseconds;
    return [Math.floor(passed / 1e9), passed % 1e9];
  };
  process.hrtime = fake as typeof hrtime;
  performance.now = () => read("performance.now");
  try {
    await test((time) => now = time);
  } finally {
    process.hrtime = hrtime;
    performance.now = performanceNow;
  }
}
