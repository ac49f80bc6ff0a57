import { aString, checkOptions, type OptionRule, required } from "../model/options.ts";
import { ThreadGroup } from "./group/thread_group.ts";
import type { SharedRegistryHandle } from "./group/handle.ts";
import { newSegment, type Segment, SegmentHeader } from "./memory/segment.ts";
import {
  checkSharedOptions,
  SharedRegistry,
  type SharedRegistryOptions,
} from "./shared_registry.ts";
import { threadId } from "./group/runtime_threads.ts";

/** This thread's shared registries by name. */
type Registries = Map<string, SharedRegistry>;

const aHandle: OptionRule = {
  expected: "what handle() returned, as it arrives in the other thread",
  fits: (value) => {
    const { name, segment, others } = (value ?? {}) as Partial<SharedRegistryHandle>;
    return aString.fits(name) && Array.isArray(segment?.logs) && Array.isArray(others);
  },
};

const registriesKey = Symbol.for("edgeprom.shared.v0");

/**
 * Opens this thread's registry of metrics that all threads of the process share. The first call
 * creates it, and later calls with the same name return it, with the options of the first.
 *
 * One such call in each thread is enough; threads find each other by the name, over a
 * `BroadcastChannel`. A scrape of any thread gets the sums of all. After the registry was closed,
 * the next call opens a new one.
 *
 * @throws {RegistrationError} If an option is not valid.
 *
 * @example
 * ```ts
 * import { sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry = sharedRegistry();
 * const requests = registry.counter({ name: "requests_total", help: "Requests served." });
 * requests.inc();
 * ```
 *
 * @category Threads
 */
export function sharedRegistry(options: SharedRegistryOptions = {}): SharedRegistry {
  checkSharedOptions(options);
  const { name = "default" } = options;
  return registries().get(name) ?? open(new ThreadGroup(name, ownSegment()), options);
}

/**
 * Opens the registry of a thread that got a handle from another one, so that it knows all threads
 * from the start.
 *
 * @param handle The result of {@linkcode SharedRegistry.handle}, received by `postMessage` or in
 * `workerData`.
 * @throws {RegistrationError} If it is something else, or an option is not valid.
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
 *
 * @category Threads
 */
export function joinSharedRegistry(
  handle: SharedRegistryHandle,
  options: Omit<SharedRegistryOptions, "name"> = {},
): SharedRegistry {
  checkSharedOptions(options, true);
  checkOptions("joinSharedRegistry()", { handle }, { handle: required(aHandle) });
  const { name, segment, others } = handle;
  const existing = registries().get(name);
  if (existing !== undefined) return existing;
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
    group.onLeave = () => {
      if (registries().get(group.name) === registry) registries().delete(group.name);
    };
    return registry;
  } catch (error) {
    group.leave();
    throw error;
  }
}

function registries(): Registries {
  const holder = globalThis as { [registriesKey]?: Registries };
  return holder[registriesKey] ??= new Map();
}
