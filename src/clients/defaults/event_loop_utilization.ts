import type { EventLoopTime } from "../../runtime/host.ts";
import type { ProbeContext } from "./probe.ts";
import { weakly } from "./reachable.ts";

/**
 * The share of time in which the event loop runs code, measured ten times a second. As in the client,
 * its series lack the labels that all others have. On Deno and Bun, which report no time, it is not
 * observed.
 */
export function eventLoopUtilization({ host, families, config }: ProbeContext): void {
  const clock = host.builtin("node:perf_hooks")?.performance;
  const timers = host.builtin("node:timers");
  if (clock?.eventLoopUtilization === undefined || timers === undefined) return;
  const help =
    "Ratio of time the event loop is not idling in the event provider to the total time the event loop is running.";
  const summary = families.summary({
    name: "nodejs_eventloop_utilization_summary",
    help,
    maxAgeSeconds: config.eventLoopUtilizationMaxAgeSeconds ?? 60,
    ageBuckets: config.eventLoopUtilizationAgeBuckets ?? 5,
    percentiles: config.eventLoopUtilizationPercentiles ??
      [0.01, 0.05, 0.5, 0.9, 0.95, 0.99, 0.999],
  });
  const histogram = families.histogram({
    name: "nodejs_eventloop_utilization_histogram",
    help,
    buckets: config.eventLoopUtilizationBuckets ??
      [0.01, 0.05, 0.1, 0.25, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1],
  });
  const users = [weakly(summary), weakly(histogram)];
  const interval = config.eventLoopUtilizationTimeout ?? 100;
  const read = () => ({ at: performance.now(), ...clock.eventLoopUtilization!() });
  let last = read();
  const timer = timers.setInterval(() => {
    const now = read();
    const utilization = utilizationBetween(last, now);
    // A loop that was blocked is observed as often as the timer should have fired.
    const times = Math.round((now.at - last.at) / Math.max(1, interval));
    last = now;
    const held = users.filter((use) =>
      use((metric) => {
        if (utilization === undefined) return;
        for (let time = 0; time < times; time++) metric.observe(utilization);
      })
    );
    // Nobody can read them any more.
    if (held.length === 0) timers.clearInterval(timer);
  }, interval);
  timer.unref();
}

function utilizationBetween(from: EventLoopTime, to: EventLoopTime): number | undefined {
  const active = to.active - from.active;
  const total = to.idle - from.idle + active;
  return total > 0 ? active / total : undefined;
}
