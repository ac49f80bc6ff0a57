import { MetricsRegistry } from "../registry/metrics_registry.ts";
import { aString, type OptionRules } from "../model/options.ts";
import {
  checkRegistryOptions,
  type MetricsRegistryOptions,
  registryRules,
} from "../registry/registry_options.ts";
import type { SharedRegistryHandle } from "./group/handle.ts";
import type { ThreadGroup } from "./group/thread_group.ts";
import type { WorkerLike } from "./group/worker_exit.ts";
import { newSegment } from "./memory/segment.ts";
import { SharedStore } from "./shared_store.ts";

/**
 * Options of a shared registry.
 *
 * @category Threads
 */
export interface SharedRegistryOptions extends MetricsRegistryOptions {
  /**
   * The name by which the threads of a process find each other; `default` by default. Registries of
   * different names are independent.
   */
  readonly name?: string;
  /**
   * This thread's value of the label `worker`, which gauges with a series for each thread have; by
   * default a random string.
   */
  readonly worker?: string;
}

/** Refuses options that are not valid. A handle has the name. */
export function checkSharedOptions(options: SharedRegistryOptions, hasHandle = false): void {
  const { name: _, ...joinRules } = sharedRules;
  const rules = hasHandle ? joinRules as typeof sharedRules : sharedRules;
  checkRegistryOptions("a shared registry", options, rules);
}

const sharedRules: OptionRules<SharedRegistryOptions> = {
  ...registryRules,
  name: aString,
  worker: aString,
};

/**
 * A registry whose numbers are in shared memory: a scrape of any thread gets the sums of all threads
 * of the process, without a message to them.
 *
 * Each thread opens one, with the same definitions or others. Instruments are those of every
 * registry; their `get()` returns what this thread has recorded. Families with a callback, and your
 * own collectors, are asked only in the thread that is scraped.
 *
 * `cardinality.seriesPerFamily` is a limit for all threads together, `cardinality.series` for each
 * thread. A thread reports its own overflows, by `onOverflow` and `cardinality()`; the overflow
 * series of all threads are on the page.
 *
 * @example
 * ```ts
 * import { type SharedRegistry, sharedRegistry } from "@edgeprom/edgeprom/workers";
 *
 * const registry: SharedRegistry = sharedRegistry({ name: "mail", worker: "sender" });
 * registry.counter({ name: "mails_total", help: "Mails sent." }).inc();
 * registry.close(); // what was counted stays on the page of the other threads
 * ```
 *
 * @category Threads
 */
export class SharedRegistry extends MetricsRegistry {
  readonly #group: ThreadGroup;

  /**
   * Use {@linkcode sharedRegistry} or {@linkcode joinSharedRegistry}.
   *
   * @throws {RegistrationError} If `cardinality.idleSeconds` is set, or an option is not valid.
   */
  constructor(group: ThreadGroup, { name: _, worker, ...options }: SharedRegistryOptions) {
    super();
    this.#group = group;
    this.store = new SharedStore(group, options, worker);
    this.root = this;
  }

  /**
   * Creates a handle for another thread to join with, to be sent by `postMessage` or in
   * `workerData`. Without one, threads find each other by the registry's name; with one, the new
   * thread is known from the start.
   *
   * @param worker The thread that it is for, so that its end is noticed even if it cannot report it
   * itself, as with `terminate()`. Not needed for threads of `node:worker_threads`.
   */
  handle(worker?: WorkerLike): SharedRegistryHandle {
    const segment = newSegment();
    const { name, segments } = this.#group;
    this.#group.addSegment(segment);
    if (worker !== undefined) this.#group.watch(worker, segment.id);
    return { name, segment, others: segments };
  }

  /**
   * Ends this thread's part: what it has counted stays on the page, and what it counts later is not
   * on it. A thread that exits in order does so by itself.
   */
  close(): void {
    this.#group.leave();
  }
}
