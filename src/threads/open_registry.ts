import { ThreadGroup } from "./group/thread_group.ts";
import type { SharedRegistryHandle } from "./group/handle.ts";
import { newSegment, type Segment, SegmentHeader } from "./memory/segment.ts";
import { SharedRegistry, type SharedRegistryOptions } from "./shared_registry.ts";
import { threadId } from "./group/runtime_threads.ts";

/** This thread's shared registries by name. */
type Registries = Map<string, SharedRegistry>;

const registriesKey = Symbol.for("edgeprom.shared.v0");

/**
 * This thread's share in metrics that all threads of the process count together: made by the first
 * call, and given again by later ones of the same name, with the options of the first.
 *
 * That one line in each thread is all there is to do; threads find each other by the name, over a
 * `BroadcastChannel`. A scrape of any of them gives the sums of all.
 *
 * @example
 * ```ts
 * import { sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry = sharedRegistry();
 * const requests = registry.counter({ name: "requests", help: "Requests served." });
 * requests.inc();
 * ```
 */
export function sharedRegistry(options: SharedRegistryOptions = {}): SharedRegistry {
  const { name = "default" } = options;
  return present(name) ?? open(new ThreadGroup(name, ownSegment()), options);
}

/**
 * The same for a thread that was given a handle by another, which it then knows from the start.
 *
 * @param handle What {@linkcode SharedRegistry.handle} gave, as it came by `postMessage` or in
 * `workerData`.
 *
 * @example
 * ```ts
 * import { joinSharedRegistry, sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry = sharedRegistry({ name: "jobs" });
 * const handle = registry.handle(); // goes to another thread by postMessage(), and there
 * joinSharedRegistry(handle).counter({ name: "jobs_total", help: "Jobs done." }).inc();
 * registry.close();
 * ```
 */
export function joinSharedRegistry(
  handle: SharedRegistryHandle,
  options: Omit<SharedRegistryOptions, "name"> = {},
): SharedRegistry {
  const { name, segment, others } = handle;
  const there = present(name);
  if (there !== undefined) return there;
  const isFree = new SegmentHeader(segment).own(threadId());
  const group = isFree
    ? new ThreadGroup(name, segment, others)
    : new ThreadGroup(name, ownSegment(), [segment, ...others]);
  return open(group, options);
}

function ownSegment(): Segment {
  const segment = newSegment();
  new SegmentHeader(segment).own(threadId());
  return segment;
}

function open(group: ThreadGroup, options: SharedRegistryOptions): SharedRegistry {
  try {
    const registry = new SharedRegistry(group, options);
    registries().set(group.name, registry);
    return registry;
  } catch (error) {
    group.leave();
    throw error;
  }
}

function present(name: string): SharedRegistry | undefined {
  return registries().get(name);
}

function registries(): Registries {
  const holder = globalThis as { [registriesKey]?: Registries };
  return holder[registriesKey] ??= new Map();
}
