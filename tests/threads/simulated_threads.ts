import { ThreadGroup } from "../../src/threads/group/thread_group.ts";
import { newSegment, SegmentHeader } from "../../src/threads/memory/segment.ts";
import { SharedRegistry, type SharedRegistryOptions } from "../../src/threads/shared_registry.ts";

/**
 * Registries as several threads would have them, in one thread: none waits for a message.
 *
 * @param limit What each memory of a segment can grow to, in bytes.
 */
export function simulatedThreads(
  count: number,
  options: SharedRegistryOptions = {},
  limit?: number,
): { registries: SharedRegistry[]; groups: ThreadGroup[]; join: () => SharedRegistry } {
  // Also unlike those of other files: some runtimes have all tests in one process.
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

/** The lines of a registry's page without comments, sorted. */
export async function samplesOf(registry: SharedRegistry): Promise<string[]> {
  const page = await registry.text();
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).sort();
}
