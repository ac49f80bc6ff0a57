import type { ProbeContext } from "./probe.ts";

/** The start time of the process. It is set at each reading, so that a reset does not end it. */
export function processStartTime({ families, started }: ProbeContext): void {
  const gauge = families.gauge({
    name: "process_start_time_seconds",
    help: "Start time of the process since unix epoch in seconds.",
    aggregator: "omit",
    collect: () => gauge.set(families.labels, started),
  });
}
