import { constCounter } from "../model/const_metrics/const_metrics.ts";
import { onScrape, type RunningProbe } from "./probe.ts";
import type { EventLoopTime, Host } from "./host.ts";

/**
 * The active and idle time of the event loop; its utilization is the rate of the active time
 * divided by that of both. Deno and Bun report zeros.
 */
export function eventLoopTime({ prefix }: Host): RunningProbe | undefined {
  const clock = globalThis.performance as { eventLoopUtilization?(): EventLoopTime } | undefined;
  if (clock?.eventLoopUtilization === undefined) return undefined;
  return onScrape(() => {
    const { idle, active } = clock.eventLoopUtilization!();
    if (idle + active === 0) return [];
    return [constCounter({
      name: `${prefix}_eventloop_time_seconds_total`,
      help: "Seconds that the event loop has been active, running code, and idle, waiting.",
      unit: "seconds",
      samples: [
        { labels: { state: "active" }, value: active / 1000 },
        { labels: { state: "idle" }, value: idle / 1000 },
      ],
    })];
  });
}
