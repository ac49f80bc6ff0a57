import { alertOf } from "./alert.ts";
import type { RuleGroup } from "./rule_file.ts";
import type { Scope } from "./scope.ts";
import type { AlertThresholds } from "./thresholds.ts";

/**
 * A runtime, by the prefix of its metrics. With `promClientNames` it is `nodejs` everywhere.
 *
 * @category Rules
 */
export type RuntimePrefix = "nodejs" | "deno" | "bun";

/** The runtimes, as their metrics begin. */
export const runtimePrefixes: readonly RuntimePrefix[] = ["nodejs", "deno", "bun"];

/** Rules for the metrics of `registerRuntimeMetrics()`. */
export function runtimeRules(
  scope: Scope,
  thresholds: AlertThresholds,
  runtimes: readonly RuntimePrefix[],
): readonly RuleGroup[] {
  const { instance } = scope;
  const ofRuntimes = (metric: string) =>
    scope.ofAny(runtimes.map((runtime) => `${runtime}_${metric}`));
  const level = scope.level("instance");
  const delay = `${level}:eventloop_delay_seconds:p99_5m`;
  const heap = `${level}:heap_size_used_bytes:limit_ratio`;
  const collecting = `${level}:gc_duration_seconds:share5m`;

  return [{
    name: "runtime-recordings",
    rules: [
      {
        record: delay,
        expr: `histogram_quantile(0.99, ${scope.aggregation("sum", "instance", "le")} (rate(${
          ofRuntimes("eventloop_delay_seconds_bucket")
        }[5m])))`,
      },
      {
        record: heap,
        expr: `${scope.aggregation("max", "instance")} (${ofRuntimes("heap_size_used_bytes")}\n/\n${
          ofRuntimes("heap_size_limit_bytes")
        })`,
      },
      {
        record: collecting,
        expr: `${scope.aggregation("sum", "instance")} (rate(${
          ofRuntimes("gc_duration_seconds_sum")
        }[5m]))`,
      },
    ],
  }, {
    name: "runtime-alerts",
    rules: [
      alertOf(scope, {
        alert: "RuntimeEventLoopDelayed",
        expr: `${scope.recorded(delay, "instance")} > ${thresholds.eventLoopDelaySeconds}`,
        for: "10m",
        severity: "warning",
        summary: `The event loop of ${instance} is often late.`,
        description: "1 of 100 timers fires {{ $value | humanizeDuration }} late, or later.",
        runbook:
          "Code runs for that long without a pause, and every request waits for it. Take a " +
          "CPU profile; look for large JSON, synchronous files and cryptography, and long loops. " +
          "If the processor is busy all the time, add instances.",
      }),
      alertOf(scope, {
        alert: "RuntimeHeapNearLimit",
        expr: `${scope.recorded(heap, "instance")} > ${thresholds.heapShare}`,
        for: "5m",
        severity: "critical",
        summary: `The heap of ${instance} is almost full.`,
        description: "It uses {{ $value | humanizePercentage }} of its limit.",
        runbook:
          "At the limit the process ends. If it grows since the start, take a heap snapshot " +
          "and look for what is never let go. If the work needs it, raise --max-old-space-size, " +
          "and the memory of the container with it.",
      }),
      alertOf(scope, {
        alert: "RuntimeGarbageCollecting",
        expr: `${scope.recorded(collecting, "instance")} > ${thresholds.gcShare}`,
        for: "10m",
        severity: "warning",
        summary: `${instance} spends much of its time on garbage collection.`,
        description: "It is {{ $value | humanizePercentage }} of the time.",
        runbook: "The heap is close to its limit, or much is allocated and thrown away. See the " +
          "kind of the collections: major ones point to a full heap, minor ones to allocation.",
      }),
      alertOf(scope, {
        alert: "RuntimeRestarting",
        expr: `changes(${scope.of("process_start_time_seconds")}[15m]) > ${thresholds.restarts}`,
        for: "0m",
        severity: "critical",
        summary: `${instance} starts again and again.`,
        description: "It has restarted {{ $value | humanize }} times in 15 minutes.",
        runbook: "Read the end of its log and the reason of the last exit: out of memory, an " +
          "uncaught error, or a liveness probe that fails.",
      }),
      alertOf(scope, {
        alert: "RuntimeFilesNearLimit",
        expr: `${scope.of("process_open_fds")} / ${
          scope.of("process_max_fds")
        } > ${thresholds.openFilesShare}`,
        for: "10m",
        severity: "warning",
        summary: `${instance} has almost as many open files as it may.`,
        description: "It has {{ $value | humanizePercentage }} of its limit.",
        runbook: "Sockets count as files. If they grow since the start, connections or files are " +
          "not closed; otherwise raise the limit, such as LimitNOFILE of systemd.",
      }),
    ],
  }];
}
