import { Circle } from "../../src/threads/group/thread_group.ts";
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
): { registries: SharedRegistry[]; circles: Circle[]; come: () => SharedRegistry } {
  // Also unlike those of other files: some runtimes have all tests in one process.
  const name = `simulated ${crypto.randomUUID()}`;
  const circles: Circle[] = [];
  const registries: SharedRegistry[] = [];
  const come = () => {
    const segment = newSegment(undefined, limit);
    new SegmentHeader(segment).own(0);
    const circle = new Circle(name, segment, circles.at(-1)?.segments);
    for (const other of circles) other.introduce(segment);
    circles.push(circle);
    const registry = new SharedRegistry(circle, { worker: `w${circles.length}`, ...options });
    registries.push(registry);
    return registry;
  };
  for (let thread = 0; thread < count; thread++) come();
  return { registries, circles, come };
}

/** The lines of a registry's page without comments, sorted. */
export async function samplesOf(registry: SharedRegistry): Promise<string[]> {
  const page = new TextDecoder().decode(await registry.encode());
  return page.split("\n").filter((line) => line !== "" && !line.startsWith("#")).sort();
}
