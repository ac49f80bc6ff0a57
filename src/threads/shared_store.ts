import type { BeginOptions, Collector, Gathering } from "../model/collector.ts";
import { MetricsError, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { readMerge } from "../model/gauge_merge.ts";
import type { GaugeShape } from "../metrics/gauge.ts";
import { InstrumentStore, type MadeInstrument } from "../registry/instrument_store.ts";
import type { DefinitionKind } from "../registry/definition.ts";
import type { MetricsRegistryOptions } from "../registry/registry_options.ts";
import type { FamilySlots } from "./family_slots.ts";
import type { ThreadGroup } from "./group/thread_group.ts";
import { isShareable, makeSharedFamily } from "./shared_families.ts";
import { whyNoReset } from "./shared_family.ts";

/** The store of a shared registry: its instruments are in this thread's segment. */
export class SharedStore extends InstrumentStore {
  readonly #group: ThreadGroup;
  readonly #worker: string;
  #families: Map<Collector, FamilySlots> = new Map();

  /** @throws {RegistrationError} If `cardinality.idleSeconds` is set, or an option is not valid. */
  constructor(group: ThreadGroup, options: MetricsRegistryOptions, worker?: string) {
    super(options);
    if ((options.cardinality?.idleSeconds ?? Infinity) < Infinity) {
      throw new RegistrationError(
        "cardinality.idleSeconds: a thread cannot tell whether others record to a series; remove " +
          "series with remove(), or leave idleSeconds out",
      );
    }
    this.#group = group;
    this.#worker = worker ?? group.thread.writer.segment.id.toString(36);
  }

  /** Collects the families of all threads, and the other collectors of this one. */
  override async begin(options: BeginOptions): Promise<Gathering> {
    await this.#group.ready();
    await this.#group.prepare();
    // All families are collected before the first await of it.
    return await this.#group.thread.refreshedFor(() => super.begin(options));
  }

  /** Overflows are this thread's own: a page of all threads does not have them. */
  protected override finish(gathering: Gathering): Gathering {
    return gathering;
  }

  /** Collects the families whose names only other threads have. */
  protected override collectRemote(): Gathering {
    const { thread } = this.#group;
    return { families: thread.collectRemote(), errors: thread.view.conflicts() };
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

  /** Refused, as for each family. */
  override reset(): void {
    throw new MetricsError(`the shared registry: ${whyNoReset}`);
  }

  /** Returns the instrument of a definition, or creates it in shared memory. */
  protected override getOrCreate<Definition extends FamilyDefinition & GaugeShape>(
    kind: DefinitionKind,
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

  /** Creates a store whose families are shared as well. */
  protected override derive(options: MetricsRegistryOptions): InstrumentStore {
    const view = new SharedStore(this.#group, options, this.#worker);
    view.#families = this.#families;
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
