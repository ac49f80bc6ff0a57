import { labelTable } from "../model/label_table.ts";
import type { HeapSpace, Host } from "./host.ts";
import { gauges, onScrape, type RunningProbe } from "./probe.ts";

/**
 * The size of the heap of this thread, and its limit. Bun, whose engine has no such
 * limit, gives a number that means nothing: 0.3 GB on a machine with 23.
 */
export function heap({ name, prefix, process, builtin }: Host): RunningProbe {
  const v8 = name === "bun" ? undefined : builtin("node:v8");
  const limit = v8?.getHeapStatistics?.().heap_size_limit;
  return onScrape(() => {
    const { heapTotal, heapUsed, external } = process.memoryUsage();
    return gauges({
      name: `${prefix}_heap_size_total_bytes`,
      help: "Bytes that the engine has reserved for the heap.",
      unit: "bytes",
      value: heapTotal,
    }, {
      name: `${prefix}_heap_size_used_bytes`,
      help: "Bytes of the heap that are in use.",
      unit: "bytes",
      value: heapUsed,
    }, {
      name: `${prefix}_heap_size_limit_bytes`,
      help: "Bytes that the heap may have; beyond them the process ends.",
      unit: "bytes",
      value: limit,
    }, {
      name: `${prefix}_external_memory_bytes`,
      help: "Bytes outside of the heap that objects in it hold.",
      unit: "bytes",
      value: external,
    });
  });
}

/**
 * The spaces of V8's heap. Bun, which has another engine, only imitates them, and walks the whole
 * heap to do so: 0.3 s for 5 million objects.
 */
export function heapSpaces({ name, prefix, builtin }: Host): RunningProbe | undefined {
  const v8 = builtin("node:v8");
  if (name === "bun" || v8?.getHeapSpaceStatistics === undefined) return undefined;
  const read = v8.getHeapSpaceStatistics;
  const labels = labelTable(
    read().map(({ space_name }) => ({ space: space_name.replace(/_space$/, "") })),
  );
  return onScrape(() => {
    const spaces = read();
    const family = (what: string, help: string, value: (space: HeapSpace) => number) => ({
      type: "gauge" as const,
      name: `${prefix}_heap_space_size_${what}_bytes`,
      help,
      unit: "bytes",
      labels,
      values: Float64Array.from(spaces, value),
    });
    return [
      family("total", "Bytes reserved for each part of the heap.", (space) => space.space_size),
      family("used", "Bytes in use in each part of the heap.", (space) => space.space_used_size),
      family(
        "available",
        "Bytes reserved and not in use in each part of the heap.",
        (space) => space.space_available_size,
      ),
    ];
  });
}
