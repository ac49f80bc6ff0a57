import { unixSeconds } from "../model/platform/clock.ts";
import type { Host } from "./host.ts";
import { counters, gauges, onScrape, type RunningProbe } from "./probe.ts";

/** The CPU time of the process. */
export function processCpu({ process }: Host): RunningProbe {
  return onScrape(() => {
    const { user, system } = process.cpuUsage();
    return counters({
      name: "process_cpu_seconds_total",
      help: "Total user and system CPU time spent in seconds.",
      unit: "seconds",
      value: (user + system) / 1e6,
    });
  });
}

/** The CPU time of the process by mode, under the names of prom-client. */
export function processCpuModes({ process }: Host): RunningProbe {
  return onScrape(() => {
    const { user, system } = process.cpuUsage();
    return counters({
      name: "process_cpu_user_seconds_total",
      help: "Total user CPU time spent in seconds.",
      unit: "seconds",
      value: user / 1e6,
    }, {
      name: "process_cpu_system_seconds_total",
      help: "Total system CPU time spent in seconds.",
      unit: "seconds",
      value: system / 1e6,
    });
  });
}

/** The start time of the process. */
export function processStart({ process }: Host): RunningProbe {
  const start = unixSeconds() - process.uptime();
  return onScrape(() =>
    gauges({
      name: "process_start_time_seconds",
      help: "Start time of the process since unix epoch in seconds.",
      unit: "seconds",
      value: start,
    })
  );
}
