import { HistogramFamily } from "../metrics/histogram_family.ts";
import type { Host } from "./host.ts";
import type { RunningProbe } from "./probe.ts";

/** How often the delay is measured: ten times a second. Idle, a process takes 0.2 ms to wake. */
const intervalMilliseconds = 100;

/**
 * How late the event loop comes to a timer that is due, because other code runs.
 *
 * Measured with a timer of our own: Deno's `monitorEventLoopDelay` does not see what blocks the
 * loop, Bun's leaves out the interval that Node's counts, and both would have to be reset at each
 * scrape, where there may be two servers that scrape.
 */
export function eventLoopDelay({ name, builtin }: Host): RunningProbe | undefined {
  const timers = builtin("node:timers");
  if (timers === undefined) return undefined;
  const family = new HistogramFamily<Readonly<Record<never, never>>>({
    name: `${name}_eventloop_delay_seconds`,
    help: "How late the event loop comes to a timer that is due.",
    unit: "seconds",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const delay = family.labels({});
  let last = performance.now();
  const timer = timers.setInterval(() => {
    const now = performance.now();
    delay.observe(Math.max(0, now - last - intervalMilliseconds) / 1000);
    last = now;
  }, intervalMilliseconds);
  timer.unref();
  return { collector: family, stop: () => timers.clearInterval(timer) };
}
