import { HistogramFamily } from "../metrics/histogram_family.ts";
import { measureDelay } from "./delay_timer.ts";
import type { Host } from "./host.ts";
import type { RunningProbe } from "./probe.ts";

/** The delay of the event loop: how late a timer fires because other code runs. */
export function eventLoopDelay(host: Host): RunningProbe | undefined {
  const family = new HistogramFamily<Readonly<Record<never, never>>>({
    name: `${host.prefix}_eventloop_delay_seconds`,
    help: "How late the event loop comes to a timer that is due.",
    unit: "seconds",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  });
  const delay = family.labels({});
  const stop = measureDelay(host, (seconds) => delay.observe(seconds));
  return stop && { collector: family, stop };
}
