import { HistogramFamily } from "../metrics/histogram_family.ts";
import type { Host } from "./host.ts";
import type { RunningProbe } from "./probe.ts";

/** The interval of the measurement. To wake an idle process takes 0.2 ms. */
const intervalMs = 100;

/**
 * The delay of the event loop: how late a timer fires because other code runs.
 *
 * It is measured with a timer, because Deno's `monitorEventLoopDelay` does not see code that blocks
 * the loop, Bun's leaves out the interval that Node's includes, and both would have to be reset at
 * each scrape, although two servers may scrape.
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
    delay.observe(Math.max(0, now - last - intervalMs) / 1000);
    last = now;
  }, intervalMs);
  timer.unref();
  return { collector: family, stop: () => timers.clearInterval(timer) };
}
