import { ProcFiles } from "../../runtime/proc_files.ts";
import type { GaugeMetric } from "./client.ts";
import { memoryUsage } from "./memory_usage.ts";
import type { Definition } from "./default_families.ts";
import type { ProbeContext } from "./probe.ts";

/** The memory of the process: on Linux from `/proc`, and elsewhere only what is resident. */
export function osMemoryHeap(context: ProbeContext): void {
  const files = new ProcFiles(context.host);
  const { platform } = context.host.process;
  if (platform === "linux" && files.status("VmRSS") !== undefined) memoryOnLinux(context, files);
  else residentMemory(context);
}

const resident: Definition = {
  name: "process_resident_memory_bytes",
  help: "Resident memory size in bytes.",
};

function memoryOnLinux({ families }: ProbeContext, files: ProcFiles): void {
  const collect = () => {
    const sizes = files.statuses("VmRSS", "VmSize", "VmData");
    gauges.forEach((gauge, index) => {
      const kilobytes = sizes[index];
      if (kilobytes !== undefined) gauge.set(families.labels, kilobytes * 1024);
    });
  };
  const gauges: readonly GaugeMetric[] = [
    families.gauge({ ...resident, collect }),
    families.gauge({
      name: "process_virtual_memory_bytes",
      help: "Virtual memory size in bytes.",
    }),
    families.gauge({ name: "process_heap_bytes", help: "Process heap size in bytes." }),
  ];
}

function residentMemory({ host, families }: ProbeContext): void {
  const collect = () => {
    const usage = memoryUsage(host.process);
    if (usage !== undefined) gauge.set(families.labels, usage.rss);
  };
  const gauge = families.gauge({ ...resident, collect });
}
