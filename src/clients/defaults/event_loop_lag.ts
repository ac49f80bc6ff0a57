import type { DelayMonitor, Host } from "../../runtime/host.ts";
import type { Aggregator } from "./client.ts";
import type { ProbeContext } from "./probe.ts";
import { stopAfter } from "./reachable.ts";

/** Families of what the runtime measures between two readings, in nanoseconds. */
const statistics: readonly Statistic[] = [
  ["min", "The minimum recorded event loop delay.", "min", ({ min }) => min],
  ["max", "The maximum recorded event loop delay.", "max", ({ max }) => max],
  ["mean", "The mean of the recorded event loop delays.", "average", ({ mean }) => mean],
  [
    "stddev",
    "The standard deviation of the recorded event loop delays.",
    "average",
    ({ stddev }) => stddev,
  ],
  ...[50, 90, 99].map((percentile): Statistic => [
    `p${percentile}`,
    `The ${percentile}th percentile of the recorded event loop delays.`,
    "average",
    (monitor) => monitor.percentile(percentile),
  ]),
];

type Statistic = readonly [
  name: string,
  help: string,
  aggregator: Aggregator,
  read: (monitor: DelayMonitor) => number,
];

/**
 * The delay of the event loop: at the latest reading, and statistics of what the runtime measured
 * since the reading before. A runtime that measures nothing has only the first.
 */
export function eventLoopLag({ host, families, config }: ProbeContext): void {
  const { labels } = families;
  const monitor = createMonitor(host, config.eventLoopMonitoringPrecision);
  const lag = families.gauge({
    name: "nodejs_eventloop_lag_seconds",
    help: "Lag of event loop in seconds.",
    aggregator: "average",
    collect() {
      const start = performance.now();
      // It is on the next page.
      setImmediate(() => lag.set(labels, Math.round((performance.now() - start) * 1e6) / 1e9));
      for (const [gauge, read] of gauges) gauge.set(labels, read(monitor!) / 1e9);
      monitor?.reset();
    },
  });
  const gauges = (monitor === undefined ? [] : statistics).map(([name, help, aggregator, read]) => {
    const gauge = families.gauge({
      name: `nodejs_eventloop_lag_${name}_seconds`,
      help,
      aggregator,
    });
    return [gauge, read] as const;
  });
  if (monitor === undefined) return;
  monitor.enable();
  // A closure here would hold the gauge, because V8 keeps one scope for all closures of a function.
  stopAfter(lag, monitor.disable.bind(monitor));
}

/** The largest resolution that Deno takes, in milliseconds. */
const maxOnDeno = 2 ** 31 - 1;

function createMonitor(host: Host, resolution?: number): DelayMonitor | undefined {
  const create = host.builtin("node:perf_hooks")?.monitorEventLoopDelay;
  if (create === undefined) return undefined;
  const isFit = resolution === undefined ||
    Number.isInteger(resolution) && resolution > 0 && resolution <= maxOnDeno;
  if (host.name === "deno" && !isFit) {
    // Deno does not throw, as Node does, but crashes.
    throw new RangeError(
      `The value of "options.resolution" is out of range. It must be >= 1 && <= ${maxOnDeno}. ` +
        `Received ${resolution}`,
    );
  }
  try {
    return create({ resolution });
  } catch (error) {
    // Bun before 1.3.
    if ((error as { code?: unknown }).code === "ERR_NOT_IMPLEMENTED") return undefined;
    throw error;
  }
}
