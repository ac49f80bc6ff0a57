import type { Host } from "./host.ts";
import { gauges, onScrape, type RunningProbe } from "./probe.ts";
import { ProcFiles } from "./proc_files.ts";

/** The memory of the process: resident and heap on all systems, virtual on Linux. */
export function processMemory(host: Host): RunningProbe {
  const files = new ProcFiles(host);
  const isLinux = files.status("VmSize") !== undefined;
  return onScrape(() => {
    const { rss, heapTotal } = host.process.memoryUsage();
    const kilobytes = isLinux ? files.status("VmSize") : undefined;
    return gauges({
      name: "process_resident_memory_bytes",
      help: "Resident memory size in bytes.",
      unit: "bytes",
      value: rss,
    }, {
      name: "process_heap_bytes",
      help: "Process heap size in bytes.",
      unit: "bytes",
      value: heapTotal,
    }, {
      name: "process_virtual_memory_bytes",
      help: "Virtual memory size in bytes.",
      unit: "bytes",
      value: kilobytes && kilobytes * 1024,
    }, {
      name: "process_virtual_memory_max_bytes",
      help: "Maximum amount of virtual memory available in bytes.",
      unit: "bytes",
      value: isLinux ? files.limit("Max address space") : undefined,
    });
  });
}

/** The number of open files and its limit, on Linux. */
export function processFiles(host: Host): RunningProbe | undefined {
  const files = new ProcFiles(host);
  if (files.openFiles() === undefined) return undefined;
  return onScrape(() =>
    gauges({
      name: "process_open_fds",
      help: "Number of open file descriptors.",
      value: files.openFiles(),
    }, {
      name: "process_max_fds",
      help: "Maximum number of open file descriptors.",
      value: files.limit("Max open files"),
    })
  );
}

/** The number of threads of the operating system, on Linux. */
export function processThreads(host: Host): RunningProbe | undefined {
  const files = new ProcFiles(host);
  if (files.status("Threads") === undefined) return undefined;
  return onScrape(() =>
    gauges({
      name: "process_threads",
      help: "Number of OS threads in the process.",
      value: files.status("Threads"),
    })
  );
}
