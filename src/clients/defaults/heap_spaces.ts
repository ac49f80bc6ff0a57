import type { HeapSpace, Host } from "../../runtime/host.ts";
import type { ProbeContext } from "./probe.ts";

/**
 * The spaces of V8's heap. Bun, which has another engine, only imitates them; programs there have
 * had the client's series all the same.
 */
export function heapSpacesSizeAndUsed({ host, families }: ProbeContext): void {
  if (readSpaces(host) === undefined) return;
  const gauge = (what: string, collect: { collect?: () => void } = {}) =>
    families.gauge({
      name: `nodejs_heap_space_size_${what}_bytes`,
      help: `Process heap space size ${what} from Node.js in bytes.`,
      labelNames: ["space"],
      ...collect,
    });
  const collect = () => {
    for (const space of readSpaces(host) ?? []) {
      const labels = { space: space.space_name.replace(/_space$/, ""), ...families.labels };
      total.set(labels, space.space_size);
      used.set(labels, space.space_used_size);
      available.set(labels, space.space_available_size);
    }
  };
  const total = gauge("total", { collect });
  const used = gauge("used");
  const available = gauge("available");
}

function readSpaces(host: Host): readonly HeapSpace[] | undefined {
  try {
    return host.builtin("node:v8")?.getHeapSpaceStatistics?.();
  } catch {
    // Bun once had the function, but not what it does.
    return undefined;
  }
}
