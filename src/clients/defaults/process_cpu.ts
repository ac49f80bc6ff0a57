import { activeSpan } from "./active_span.ts";
import type { CounterMetric } from "./client.ts";
import type { ProbeContext } from "./probe.ts";

/** The CPU time of the process since this call. */
export function processCpuTotal({ host: { process }, families, config }: ProbeContext): void {
  const { labels } = families;
  const enableExemplars = Boolean(config.enableExemplars);
  let last = process.cpuUsage();
  const collect = () => {
    const usage = process.cpuUsage();
    const micros = { user: usage.user - last.user, system: usage.system - last.system };
    last = usage;
    const exemplarLabels = enableExemplars ? activeSpan() ?? {} : undefined;
    const add = (counter: CounterMetric, value: number) =>
      exemplarLabels === undefined
        ? counter.inc(labels, value)
        : counter.inc({ labels, value, exemplarLabels });
    add(user, micros.user / 1e6);
    add(system, micros.system / 1e6);
    add(total, (micros.user + micros.system) / 1e6);
  };
  const user = families.counter({
    name: "process_cpu_user_seconds_total",
    help: "Total user CPU time spent in seconds.",
    enableExemplars,
    collect,
  });
  const system = families.counter({
    name: "process_cpu_system_seconds_total",
    help: "Total system CPU time spent in seconds.",
    enableExemplars,
  });
  const total = families.counter({
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
    enableExemplars,
  });
}
