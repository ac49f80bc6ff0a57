import { setImmediate } from "node:timers";

/** How many milliseconds nothing else can run during a piece of work: the longest gap between turns. */
export async function longestGap(work: () => Promise<unknown>): Promise<number> {
  await turn();
  let longest = 0;
  let isWorking = true;
  // Before the call, as work may do much before it gives a promise.
  let last = performance.now();
  const result = work().finally(() => isWorking = false);
  while (isWorking) {
    await turn();
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }
  await result;
  return longest;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
