import { ThreadGroup } from "../../src/threads/group/thread_group.ts";
import { newSegment, SegmentHeader } from "../../src/threads/memory/segment.ts";
import { SharedRegistry, type SharedRegistryOptions } from "../../src/threads/shared_registry.ts";

/**
 * The registries of several threads, simulated in one thread, so that none waits for a message.
 *
 * @param limit The maximum size of each memory of a segment, in bytes.
 */
export function simulatedThreads(
  count: number,
  options: SharedRegistryOptions = {},
  limit?: number,
): { registries: SharedRegistry[]; groups: ThreadGroup[]; join: () => SharedRegistry } {
  // Unique, because some runtimes run all test files in one process.
  const name = `simulated ${crypto.randomUUID()}`;
  const groups: ThreadGroup[] = [];
  const registries: SharedRegistry[] = [];
  const join = () => {
    const segment = newSegment(undefined, limit);
    new SegmentHeader(segment).own(0);
    const group = new ThreadGroup(name, segment, groups.at(-1)?.segments);
    for (const other of groups) other.addSegment(segment);
    groups.push(group);
    const registry = new SharedRegistry(group, { worker: `w${groups.length}`, ...options });
    registries.push(registry);
    return registry;
  };
  for (let thread = 0; thread < count; thread++) join();
  return { registries, groups, join };
}

/** The sample lines of a registry's page, sorted. */
export async function samplesOf(registry: SharedRegistry): Promise<string[]> {
  const page = await registry.text();
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).sort();
}
