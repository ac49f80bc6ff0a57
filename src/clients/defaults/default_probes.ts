import { processHandles, processRequests } from "./active_objects.ts";
import { processResources } from "./active_resources.ts";
import { eventLoopLag } from "./event_loop_lag.ts";
import { eventLoopUtilization } from "./event_loop_utilization.ts";
import { gc } from "./garbage_collection.ts";
import { heapSizeAndUsed } from "./heap_size.ts";
import { heapSpacesSizeAndUsed } from "./heap_spaces.ts";
import { processMaxFileDescriptors } from "./max_file_descriptors.ts";
import { processOpenFileDescriptors } from "./open_file_descriptors.ts";
import type { DefaultProbes } from "./probe.ts";
import { processCpuTotal } from "./process_cpu.ts";
import { osMemoryHeap } from "./process_memory.ts";
import { processStartTime } from "./process_start_time.ts";
import { version } from "./version.ts";

const first: DefaultProbes = {
  processCpuTotal,
  processStartTime,
  osMemoryHeap,
  processOpenFileDescriptors,
  processMaxFileDescriptors,
  eventLoopLag,
};

const last: DefaultProbes = {
  processResources,
  processHandles,
  processRequests,
  heapSizeAndUsed,
  heapSpacesSizeAndUsed,
  version,
  gc,
};

/** Those of prom-client 15. */
export const promClientDefaults: DefaultProbes = { ...first, ...last };

/** Those of `@prometheus-io/client` 0.16. */
export const prometheusClientDefaults: DefaultProbes = { ...first, eventLoopUtilization, ...last };
