import type { Collector, Gathering, GatherOptions } from "../model/collector.ts";
import { RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { readMerge } from "../model/gauge_merge.ts";
import type { GaugeShape } from "../metrics/gauge.ts";
import type { MadeInstrument } from "../registry/instrument_factory.ts";
import { MetricsRegistry } from "../registry/metrics_registry.ts";
import type { MetricsRegistryOptions } from "../registry/registry_options.ts";
import type { ThreadGroup } from "./group/thread_group.ts";
import { isShareable, makeSharedFamily } from "./shared_families.ts";
import type { FamilySlots } from "./family_slots.ts";
import type { SharedRegistryHandle } from "./group/handle.ts";
import { newSegment } from "./memory/segment.ts";
import type { WorkerLike } from "./group/worker_exit.ts";

/** Options of a shared registry. */
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
 */
export class SharedRegistry extends MetricsRegistry {
  readonly #group: ThreadGroup;
  readonly #worker: string;
  #root: SharedRegistry = this;
  #families: Map<Collector, FamilySlots> = new Map();

  /**
   * Use {@linkcode sharedRegistry} or {@linkcode joinSharedRegistry}.
   *
   * @throws {RegistrationError} If `cardinality.idleSeconds` is set, or an option is not valid.
   */
  constructor(group: ThreadGroup, options: SharedRegistryOptions) {
    super(options);
    if ((options.cardinality?.idleSeconds ?? Infinity) < Infinity) {
      throw new RegistrationError(
        "cardinality.idleSeconds: a thread cannot tell whether others record to a series; remove " +
          "series with remove(), or leave idleSeconds out",
      );
    }
    this.#group = group;
    this.#worker = options.worker ?? group.thread.writer.segment.id.toString(36);
  }

  /** The registry itself, also for a view of it, because it counts for several threads. */
  override get sharedRoot(): SharedRegistry {
    return this.#root;
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

  /** Collects the families of all threads, and the other collectors of this one. */
  override async gather(options?: GatherOptions): Promise<Gathering> {
    await this.#group.ready();
    // All families are collected before the first await of it.
    const gathering = this.#group.refreshedFor(() => super.gather(options));
    // Overflows are this thread's own: a page of all threads does not have them.
    const { families, errors } = await gathering;
    return { families, errors };
  }

  /** Collects the families that only other threads have. */
  protected override collectRemote(): Gathering {
    const { thread } = this.#group;
    const own = new Set<string>();
    for (const { keys } of this.#families.values()) keys.forEach((key) => own.add(key));
    const remoteKeys = [...thread.view.keys()].filter((key) => !own.has(key));
    return { families: thread.collect(remoteKeys), errors: thread.view.conflicts() };
  }

  /** Removes a collector, or this thread's share of a family. */
  override unregister(target: Collector | string): boolean {
    if (typeof target !== "string") {
      this.#families.get(target)?.withdraw();
      this.#families.delete(target);
    }
    return super.unregister(target);
  }

  /** Removes everything of this thread. */
  override clear(): void {
    super.clear();
    for (const slots of this.#families.values()) slots.withdraw();
    this.#families.clear();
  }

  /** Returns the instrument of a definition, or creates it in shared memory. */
  protected override getOrCreate<Definition extends FamilyDefinition & GaugeShape>(
    kind: string,
    definition: Definition,
    create: (complete: Definition) => MadeInstrument,
  ): unknown {
    if (!isShareable(kind)) return super.getOrCreate(kind, definition, create);
    let made: FamilySlots | undefined;
    try {
      return super.getOrCreate(kind, definition, (complete) => {
        const family = makeSharedFamily(kind, this.#withWorkerLabel(complete), this.#group.thread);
        made = family.slots;
        this.#families.set(family, made);
        const isOne = kind !== "info" && definition.labels === undefined;
        return { collector: family, instrument: isOne ? family.labels({}) : family };
      });
    } catch (error) {
      made?.withdraw();
      throw error;
    }
  }

  /** Creates a view whose families are shared as well. */
  protected override derive(options: MetricsRegistryOptions): MetricsRegistry {
    const view = new SharedRegistry(this.#group, { ...options, worker: this.#worker });
    view.#families = this.#families;
    view.#root = this.#root;
    return view;
  }

  /** Adds the label `worker`, if each thread is to have a series of its own. */
  #withWorkerLabel<Definition extends FamilyDefinition & GaugeShape>(
    definition: Definition,
  ): Definition {
    if (readMerge(definition.merge).operation !== "all") return definition;
    const constantLabels = { ...definition.constantLabels, worker: this.#worker };
    return { ...definition, constantLabels };
  }
}
