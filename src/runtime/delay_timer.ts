import type { Host } from "./host.ts";

/** The interval of the measurement. To wake an idle process takes 0.2 ms. */
const intervalMs = 100;

/**
 * Measures how late a timer fires, in seconds, ten times a second.
 *
 * It is measured with a timer, because Deno's `monitorEventLoopDelay` does not see code that blocks
 * the loop, Bun's leaves out the interval that Node's includes, and both would have to be reset at
 * each scrape, although two servers may scrape.
 *
 * @returns A function that ends it; `undefined` if there are no timers that let a process end.
 */
export function measureDelay(
  { builtin }: Host,
  listener: (seconds: number) => void,
): (() => void) | undefined {
  const timers = builtin("node:timers");
  if (timers === undefined) return undefined;
  let last = performance.now();
  const timer = timers.setInterval(() => {
    const now = performance.now();
    listener(Math.max(0, now - last - intervalMs) / 1000);
    last = now;
  }, intervalMs);
  timer.unref();
  return () => timers.clearInterval(timer);
}
