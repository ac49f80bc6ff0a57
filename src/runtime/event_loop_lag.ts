import { measureDelay } from "./delay_timer.ts";
import type { Host } from "./host.ts";
import { gauges, type RunningProbe } from "./probe.ts";

/** Delays that the statistics are made of: those of the last minute. */
const maxDelays = 600;

/**
 * The delay of the event loop under the names of prom-client. There the statistics begin anew at
 * each scrape, so two servers spoil each other's; here they are those of the last minute. And they
 * are delays alone: prom-client's include the interval of the measurement, 10 ms.
 */
export function eventLoopLag(host: Host): RunningProbe | undefined {
  const delays: number[] = [];
  const stop = measureDelay(host, (seconds) => {
    if (delays.push(seconds) > maxDelays) delays.shift();
  });
  const gauge = (statistic: string, help: string, value: number) => ({
    name: `${host.prefix}_eventloop_lag_${statistic}seconds`,
    help: `${help} of the event loop in the last minute.`,
    unit: "seconds",
    value,
  });
  const collect = () => {
    const sorted = Float64Array.from(delays).sort();
    const count = sorted.length;
    if (count === 0) return [];
    const mean = sorted.reduce((sum, delay) => sum + delay, 0) / count;
    const variance = sorted.reduce((sum, delay) => sum + (delay - mean) ** 2, 0) / count;
    const percentile = (share: number) => sorted[Math.max(0, Math.ceil(share * count) - 1)];
    return gauges(
      { ...gauge("", "", delays[count - 1]), help: "The latest delay of the event loop." },
      gauge("min_", "The shortest delay", sorted[0]),
      gauge("max_", "The longest delay", sorted[count - 1]),
      gauge("mean_", "The mean delay", mean),
      gauge("stddev_", "The standard deviation of the delay", Math.sqrt(variance)),
      gauge("p50_", "The 50th percentile of the delay", percentile(0.5)),
      gauge("p90_", "The 90th percentile of the delay", percentile(0.9)),
      gauge("p99_", "The 99th percentile of the delay", percentile(0.99)),
    );
  };
  return stop && { collector: { collect }, stop };
}
