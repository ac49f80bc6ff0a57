import { memoryUsage } from "./memory_usage.ts";
import type { ProbeContext } from "./probe.ts";

/** The size of the heap of this thread. */
export function heapSizeAndUsed({ host: { process }, families }: ProbeContext): void {
  const { labels } = families;
  const total = families.gauge({
    name: "nodejs_heap_size_total_bytes",
    help: "Process heap size from Node.js in bytes.",
    collect() {
      const usage = memoryUsage(process);
      if (usage === undefined) return;
      total.set(labels, usage.heapTotal);
      used.set(labels, usage.heapUsed);
      external.set(labels, usage.external);
    },
  });
  const used = families.gauge({
    name: "nodejs_heap_size_used_bytes",
    help: "Process heap size used from Node.js in bytes.",
  });
  const external = families.gauge({
    name: "nodejs_external_memory_bytes",
    help: "Node.js external memory size in bytes.",
  });
}
