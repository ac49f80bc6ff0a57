import type { BeginOptions, Collector, Gathering } from "../model/collector.ts";
import { display, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelSet } from "../model/family/labels.ts";
import { FamilyQuota, SeriesBudget, type SeriesOverflow } from "../model/family/series_budget.ts";
import { CollectorRegistry } from "../model/gathering/collector_registry.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { CallbackCollector, type CallbackValue } from "../metrics/callback.ts";
import type { CounterFamily } from "../metrics/counter.ts";
import type { GaugeFamily } from "../metrics/gauge.ts";
import {
  checkDefinition,
  checkSame,
  copyDefinition,
  type DefinitionKind,
  isPlain,
  type KnownDefinition,
} from "./definition.ts";
import { InvalidRecordings } from "./invalid_recordings.ts";
import type { WithCallback } from "./metric_definition.ts";
import { labelTexts, type MetricsRegistryOptions } from "./registry_options.ts";
import { RelabelledCollector } from "./relabelled_collector.ts";

/** The collector of a definition. */
export interface DefinedCollector extends Collector {
  /** Takes the schemas and the callback of a later definition that is otherwise the same. */
  redefine(definition: FamilyDefinition): void;
  /** Sets all values back, if it has any. */
  reset?(): void;
}

/** What was made for a definition: what is collected, and what the caller gets. */
export interface MadeInstrument {
  /** What a scrape asks. */
  readonly collector: DefinedCollector;
  /** The instrument, or the family. */
  readonly instrument: unknown;
}

/** A family of any type. */
interface AnyFamily extends DefinedCollector {
  labels(set: LabelSet): unknown;
}

interface Registered extends MadeInstrument, KnownDefinition {
  readonly quota: FamilyQuota;
}

/**
 * The collectors of a registry, and the instruments that were made for its definitions. A view has a
 * store of its own, which adds a prefix and labels and shares everything else.
 */
export class InstrumentStore {
  #collectors = new CollectorRegistry();
  #registered = new Map<string, Registered>();
  #budget: SeriesBudget;
  #invalid = new InvalidRecordings();
  /** Collectors as views show them, by the key of the view's prefix and labels. */
  #relabelled = new Map<string, WeakMap<Collector, Collector>>();
  readonly #options: MetricsRegistryOptions;
  readonly #prefix: string;
  /** `undefined` if there are none. */
  readonly #labels: LabelRecord | undefined;
  /** How keys of families begin, one for each set of labels: JSON has no NUL in it, a bad name may. */
  readonly #keyStart: string;

  /** @param options They are valid. */
  constructor(options: MetricsRegistryOptions) {
    const { cardinality = {} } = options;
    this.#budget = new SeriesBudget(cardinality);
    this.#options = {
      ...options,
      cardinality: { ...cardinality, onOverflow: cardinality.onOverflow ?? warn },
    };
    this.#prefix = options.prefix ?? "";
    this.#labels = options.labels && labelTexts(options.labels);
    this.#keyStart = this.#labels === undefined
      ? "\0"
      : `${JSON.stringify(Object.entries(this.#labels).sort())}\0`;
  }

  /** How often a label set exceeded a limit, by family. */
  get overflows(): ReadonlyMap<string, number> {
    return this.#budget.overflows;
  }

  /** How many recordings were dropped because they were not valid, by family. */
  get invalid(): ReadonlyMap<string, number> {
    return this.#invalid.counts;
  }

  /**
   * A store that adds a further prefix and labels.
   *
   * @throws {RegistrationError} If `cardinality.series` is set.
   */
  view(options: MetricsRegistryOptions): InstrumentStore {
    const { cardinality = {} } = options;
    if (cardinality.series !== undefined) {
      throw new RegistrationError(
        "cardinality.series: a view has no limit of its own for all series; give it to the registry",
      );
    }
    // An option that is undefined is one that is not given.
    const given = Object.entries(options).filter(([, value]) => value !== undefined);
    const view = this.derive({
      ...this.#options,
      ...Object.fromEntries(given),
      cardinality: { ...this.#options.cardinality, ...cardinality },
      prefix: this.#prefix + (options.prefix ?? ""),
      labels: { ...this.#labels, ...options.labels },
    });
    view.#collectors = this.#collectors;
    view.#registered = this.#registered;
    view.#relabelled = this.#relabelled;
    view.#budget = this.#budget;
    view.#invalid = this.#invalid;
    return view;
  }

  /** Creates the store of a view; a subclass returns one of its own class. */
  protected derive(options: MetricsRegistryOptions): InstrumentStore {
    return new InstrumentStore(options);
  }

  /** Adds a collector. */
  register(collector: Collector): void {
    checkCollector(collector, "give an object with a method collect()");
    this.#collectors.register(this.#inThisView(collector));
  }

  /** Removes a collector, or the family of a name. Returns whether it was there. */
  unregister(target: Collector | string): boolean {
    if (typeof target === "string") {
      const registered = this.#registered.get(this.#key(target));
      return registered !== undefined && this.unregister(registered.collector);
    }
    checkCollector(target, "give a collector, a family, or the name of an instrument");
    for (const [key, { collector, quota }] of this.#registered) {
      if (collector !== target) continue;
      this.#registered.delete(key);
      quota.detach();
      return this.#collectors.unregister(collector);
    }
    return this.#collectors.unregister(this.#inThisView(target));
  }

  /** Removes everything, for all views as well. */
  clear(): void {
    this.#collectors.clear();
    for (const { quota } of this.#registered.values()) quota.detach();
    this.#registered.clear();
  }

  /** Sets the values of all instruments back to their start, for all views as well. */
  reset(): void {
    for (const { collector } of this.#registered.values()) collector.reset?.();
    this.#invalid.counts.clear();
    this.#collectors.dropped.counts.clear();
  }

  /** Collects all families, at once if that is possible; without a signal it waits for each. */
  begin(options?: BeginOptions): Gathering | Promise<Gathering> {
    const onStart = options?.onStart;
    const gathering = this.#collectors.begin(
      options && onStart
        ? {
          ...options,
          onStart: (soFar) => onStart(() => soFar().then((gathering) => this.finish(gathering))),
        }
        : options,
      this.collectRemote && (() => this.collectRemote?.()),
    );
    return gathering instanceof Promise
      ? gathering.then((all) => this.finish(all))
      : this.finish(gathering);
  }

  /** Adds to a gathering what is known of the whole registry. */
  protected finish(gathering: Gathering): Gathering {
    const { overflows } = this.#budget;
    const invalid = this.#invalid.counts;
    const { counts } = this.#collectors.dropped;
    if (overflows.size + invalid.size + counts.size === 0) return gathering;
    return {
      ...gathering,
      ...(overflows.size > 0 && { overflows: new Map(overflows) }),
      ...(invalid.size > 0 && { invalid: new Map(invalid) }),
      ...(counts.size > 0 && { droppedExemplars: new Map(counts) }),
    };
  }

  /** Collects families that no collector here has, in a store that threads share. */
  protected collectRemote?(): Gathering;

  /**
   * Returns the instrument of a definition (with labels: its family), and creates it if it is new.
   * An info is a family with and without labels.
   */
  instrument<Definition extends FamilyDefinition>(
    kind: DefinitionKind,
    definition: Definition,
    Family: new (complete: Definition) => AnyFamily,
  ): unknown {
    return this.getOrCreate(kind, definition, (complete) => {
      const family = new Family(complete);
      const isOne = kind !== "info" && definition.labels === undefined;
      return { collector: family, instrument: isOne ? family.labels({}) : family };
    });
  }

  /** Makes the families whose values a callback reads. */
  callback(
    kind: "counter" | "gauge",
    definition: FamilyDefinition & WithCallback<CallbackValue>,
    Family: new (complete: FamilyDefinition) => CounterFamily<LabelSet> | GaugeFamily<LabelSet>,
  ): void {
    this.getOrCreate(`${kind} with a callback`, definition, (complete) => ({
      // A scrape is no event that an exemplar could refer to, its series are not retained, and what
      // is wrong is reported with the page.
      collector: new CallbackCollector(
        new Family({
          ...complete,
          exemplarSource: undefined,
          quota: undefined,
          onInvalid: undefined,
        }),
        definition.callback,
      ),
      instrument: undefined,
    }));
  }

  /** The present instrument of a definition, or the one that `create` makes, registered. */
  protected getOrCreate<Definition extends FamilyDefinition>(
    kind: DefinitionKind,
    definition: Definition,
    create: (complete: Definition) => MadeInstrument,
  ): unknown {
    if (typeof definition?.name !== "string") {
      throw new RegistrationError(`a ${kind} needs a definition with a name and a help text`);
    }
    const name = this.#prefix + definition.name;
    if (!isPlain(kind, definition)) checkDefinition(kind, name, definition);
    const key = this.#keyStart + name;
    const present = this.#registered.get(key);
    if (present !== undefined) {
      checkSame(present, name, kind, definition);
      present.collector.redefine(definition);
      return present.instrument;
    }
    const { exemplarSource, utf8Names, cardinality, onInvalid } = this.#options;
    const quota = new FamilyQuota(name, this.#budget, cardinality);
    try {
      const { collector, instrument } = create({
        ...definition,
        name,
        constantLabels: this.#labels,
        exemplarSource,
        droppedExemplars: this.#collectors.dropped,
        utf8Names,
        onInvalid: onInvalid && this.#invalid.handler(name, onInvalid),
        quota,
      });
      this.#collectors.register(collector);
      const copy = copyDefinition(definition);
      this.#registered.set(key, { kind, copy, text: undefined, quota, collector, instrument });
      return instrument;
    } catch (error) {
      quota.detach();
      throw error;
    }
  }

  /** The collector as this view shows it: always the same object for a collector. */
  #inThisView(collector: Collector): Collector {
    const plain = this.#prefix === "" && this.#labels === undefined;
    if (plain || typeof collector?.collect !== "function") return collector;
    const key = this.#key("");
    const known = this.#relabelled.get(key) ?? new WeakMap<Collector, Collector>();
    this.#relabelled.set(key, known);
    const relabelled = known.get(collector) ??
      new RelabelledCollector(collector, this.#prefix, this.#labels ?? {});
    known.set(collector, relabelled);
    return relabelled;
  }

  #key(name: string): string {
    return this.#keyStart + this.#prefix + name;
  }
}

function checkCollector(value: unknown, remedy: string): void {
  if (typeof (value as Collector | undefined)?.collect === "function") return;
  throw new RegistrationError(`${display(value)} is not a collector; ${remedy}`);
}

function warn({ message }: SeriesOverflow): void {
  console.warn(message);
}
