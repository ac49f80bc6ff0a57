import { activeCounts, activeResources } from "./active_resources.ts";
import { eventLoopDelay } from "./event_loop_delay.ts";
import { eventLoopLag } from "./event_loop_lag.ts";
import { eventLoopTime } from "./event_loop_time.ts";
import { garbageCollection } from "./garbage_collection.ts";
import { heap, heapSpaces } from "./heap.ts";
import type { Probe } from "./probe.ts";
import { processFiles, processMemory, processThreads } from "./process_resources.ts";
import { processCpu, processCpuModes, processStart } from "./process_time.ts";
import { versionInfo } from "./version_info.ts";

/**
 * The names of the probes. Prometheus' guidelines name the metrics of the process. The last three
 * are in other words what the others say, under the names of prom-client, and are off by default.
 *
 * @category Runtime
 */
export type RuntimeProbe =
  | "process_cpu"
  | "process_memory"
  | "process_files"
  | "process_threads"
  | "process_start_time"
  | "version"
  | "heap"
  | "heap_spaces"
  | "gc"
  | "eventloop_delay"
  | "eventloop_time"
  | "active_resources"
  | "process_cpu_modes"
  | "eventloop_lag"
  | "active_counts";

/** All probes, by name. */
export const probes: Readonly<Record<RuntimeProbe, Probe>> = {
  process_cpu: processCpu,
  process_memory: processMemory,
  process_files: processFiles,
  process_threads: processThreads,
  process_start_time: processStart,
  version: versionInfo,
  heap,
  heap_spaces: heapSpaces,
  gc: garbageCollection,
  eventloop_delay: eventLoopDelay,
  eventloop_time: eventLoopTime,
  active_resources: activeResources,
  process_cpu_modes: processCpuModes,
  eventloop_lag: eventLoopLag,
  active_counts: activeCounts,
};

/** Those that are off unless they are asked for. */
export const promClientProbes: readonly RuntimeProbe[] = [
  "process_cpu_modes",
  "eventloop_lag",
  "active_counts",
];
