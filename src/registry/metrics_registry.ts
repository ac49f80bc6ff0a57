import { type Cardinality, cardinalityOf } from "../model/gathering/cardinality.ts";
import type { Collector, Gatherer, Gathering, GatherOptions } from "../model/collector.ts";
import { display, type MetricsError, RegistrationError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { familyKey } from "../model/label_key.ts";
import type { LabelRecord } from "../model/label_table.ts";
import { CollectorRegistry } from "../model/gathering/collector_registry.ts";
import { FamilyQuota, SeriesBudget, type SeriesOverflow } from "../model/family/series_budget.ts";
import { encodeCooperatively } from "../exposition/encoding/encode_cooperatively.ts";
import type { Encoder } from "../exposition/encoding/encoder.ts";
import { prometheusText } from "../exposition/text/prometheus_text.ts";
import { checkSame, type KnownDefinition, knownDefinition } from "./definition.ts";
import { InstrumentFactory, type MadeInstrument } from "./instrument_factory.ts";
import { checkOptions, type MetricsRegistryOptions } from "./registry_options.ts";
import { RelabelledCollector } from "./relabelled_collector.ts";

interface Registered extends MadeInstrument {
  readonly definition: KnownDefinition;
  readonly quota: FamilyQuota;
}

const globalKey = Symbol.for("edgeprom.registry.v0");

/**
 * A metrics registry: makes instruments, and collects them for a scrape.
 *
 * The same definition returns the same instrument, so modules may be loaded twice and need no
 * wiring.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const requests = registry.counter({
 *   name: "requests",
 *   help: "Requests by method.",
 *   labels: { method: ["get", "put"] },
 * });
 * requests.inc({ method: "get" });
 *
 * assertStringIncludes(await registry.text(), 'requests{method="get"} 1');
 * ```
 */
export class MetricsRegistry extends InstrumentFactory implements Gatherer {
  #collectors = new CollectorRegistry();
  #registered = new Map<string, Registered>();
  #budget: SeriesBudget;
  /** Collectors as views show them, by the key of the view's prefix and labels. */
  #relabelled = new Map<string, WeakMap<Collector, Collector>>();
  readonly #options: MetricsRegistryOptions;
  readonly #prefix: string;
  readonly #labels: LabelRecord;

  /**
   * An empty registry.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  constructor(options: MetricsRegistryOptions = {}) {
    super();
    checkOptions(options);
    const { cardinality = {} } = options;
    this.#budget = new SeriesBudget(cardinality);
    this.#options = {
      ...options,
      cardinality: { ...cardinality, onOverflow: cardinality.onOverflow ?? warn },
    };
    this.#prefix = options.prefix ?? "";
    this.#labels = { ...options.labels };
  }

  /**
   * The default registry, one for the whole process even if the module is loaded twice. Use an
   * instance of your own in batch jobs and tests.
   */
  static global(): MetricsRegistry {
    const holder = globalThis as { [globalKey]?: MetricsRegistry };
    return holder[globalKey] ??= new MetricsRegistry();
  }

  /**
   * A view of this registry, which adds a further prefix and labels to what is registered through
   * it. A scrape of either gives the families of both.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  view(options: MetricsRegistryOptions): MetricsRegistry {
    checkOptions(options);
    const { cardinality = {} } = options;
    if (cardinality.series !== undefined) {
      throw new RegistrationError(
        "cardinality.series: a view has no limit of its own for all series; give it to the registry",
      );
    }
    const view = this.derive({
      ...this.#options,
      ...options,
      cardinality: { ...this.#options.cardinality, ...cardinality },
      prefix: this.#prefix + (options.prefix ?? ""),
      labels: { ...this.#labels, ...options.labels },
    });
    view.#collectors = this.#collectors;
    view.#registered = this.#registered;
    view.#relabelled = this.#relabelled;
    view.#budget = this.#budget;
    return view;
  }

  /** The registry that this one is a view of, or itself, if it is in shared memory. */
  get sharedRoot(): MetricsRegistry | undefined {
    return undefined;
  }

  /** Makes the registry that becomes a view; a subclass makes one of its own class. */
  protected derive(options: MetricsRegistryOptions): MetricsRegistry {
    return new MetricsRegistry(options);
  }

  /**
   * Adds a collector of your own.
   *
   * @throws {RegistrationError} If it is not a collector, or describes a family that clashes with
   * another.
   */
  register(collector: Collector): void {
    if (typeof collector?.collect !== "function") {
      throw new RegistrationError(
        `${display(collector)} is not a collector; give an object with a method collect()`,
      );
    }
    this.#collectors.register(this.#inThisView(collector));
  }

  /**
   * Removes a collector, or the family that was made here under a name.
   *
   * @returns Whether it was registered.
   */
  unregister(target: Collector | string): boolean {
    if (typeof target === "string") {
      const registered = this.#registered.get(this.#key(target));
      return registered !== undefined && this.unregister(registered.collector);
    }
    for (const [key, { collector, quota }] of this.#registered) {
      if (collector !== target) continue;
      this.#registered.delete(key);
      quota.detach();
      return this.#collectors.unregister(collector);
    }
    return this.#collectors.unregister(this.#inThisView(target));
  }

  /** Removes everything, also from views. Instruments in use go on, but are no longer collected. */
  clear(): void {
    this.#collectors.clear();
    for (const { quota } of this.#registered.values()) quota.detach();
    this.#registered.clear();
  }

  /** Collects all families; see {@linkcode Gatherer.gather}. */
  async gather(options?: GatherOptions): Promise<Gathering> {
    const gathering = await this.#collectors.gather(options, () => this.collectRemote());
    const { overflows } = this.#budget;
    return overflows.size === 0 ? gathering : { ...gathering, overflows: new Map(overflows) };
  }

  /**
   * The families with the most series, and their labels with the most values. Families of
   * collectors and callbacks, which have no limit, are included.
   *
   * @example
   * ```ts
   * import { MetricsRegistry } from "@edgeprom/edgeprom";
   * import { assertEquals } from "@std/assert";
   *
   * const registry = new MetricsRegistry();
   * const jobs = registry.counter({ name: "jobs", help: "Jobs.", labels: ["queue", "user"] });
   * for (const user of ["ann", "bob", "eve"]) jobs.inc({ queue: "mail", user });
   *
   * const { families: [worst] } = await registry.cardinality();
   * assertEquals(worst, {
   *   name: "jobs",
   *   series: 3,
   *   overflows: 0,
   *   labels: [{ name: "user", values: 3 }, { name: "queue", values: 1 }],
   * });
   * ```
   */
  async cardinality(options?: GatherOptions): Promise<Cardinality> {
    return cardinalityOf(await this.gather(options), this.#budget.overflows);
  }

  /**
   * Collects and encodes all families; in the text format 0.0.4 by default.
   *
   * @param onError Called for each collector or family that failed; the others are encoded. By
   * default the first error is thrown.
   */
  async encode(
    format: Encoder = prometheusText,
    onError: (error: MetricsError) => void = rethrow,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { families, errors } = await this.gather();
    errors.forEach((error) => onError(error));
    return await encodeCooperatively(format, families, { onError });
  }

  /**
   * The page in the text format 0.0.4, as a string: for tests and the console. A scrape takes the
   * bytes of {@linkcode MetricsRegistry.encode}.
   *
   * @throws {MetricsError} If a collector or a family failed.
   *
   * @example
   * ```ts
   * import { MetricsRegistry } from "@edgeprom/edgeprom";
   * import { assertEquals } from "@std/assert";
   *
   * const registry = new MetricsRegistry();
   * registry.gauge({ name: "queue_length", help: "Jobs that wait." }).set(3);
   * assertEquals(
   *   await registry.text(),
   *   "# HELP queue_length Jobs that wait.\n# TYPE queue_length gauge\nqueue_length 3\n",
   * );
   * ```
   */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.encode());
  }

  /** Collects families that no collector of this registry has; none, except in a shared registry. */
  protected collectRemote(): Gathering | undefined {
    return undefined;
  }

  /** The present instrument of a definition, or the one that `create` makes, registered. */
  protected override getOrCreate<Definition extends FamilyDefinition>(
    kind: string,
    definition: Definition,
    create: (complete: Definition) => MadeInstrument,
  ): unknown {
    if (typeof definition?.name !== "string") {
      throw new RegistrationError(`a ${kind} needs a definition with a name and a help text`);
    }
    const known = knownDefinition(kind, definition);
    const name = this.#prefix + definition.name;
    const key = this.#key(definition.name);
    const present = this.#registered.get(key);
    if (present !== undefined) {
      checkSame(name, present.definition, known);
      return present.instrument;
    }
    const { exemplarSource, utf8Names, cardinality } = this.#options;
    const constantLabels = this.#labels;
    const quota = new FamilyQuota(name, this.#budget, cardinality);
    const given = { constantLabels, exemplarSource, utf8Names, quota };
    try {
      const created = create({ ...definition, name, ...given });
      this.#collectors.register(created.collector);
      this.#registered.set(key, { definition: known, quota, ...created });
      return created.instrument;
    } catch (error) {
      quota.detach();
      throw error;
    }
  }

  /** The collector as this view shows it: always the same object for a collector. */
  #inThisView(collector: Collector): Collector {
    const plain = this.#prefix === "" && Object.keys(this.#labels).length === 0;
    if (plain || typeof collector?.collect !== "function") return collector;
    const key = this.#key("");
    const known = this.#relabelled.get(key) ?? new WeakMap<Collector, Collector>();
    this.#relabelled.set(key, known);
    const relabelled = known.get(collector) ??
      new RelabelledCollector(collector, this.#prefix, this.#labels);
    known.set(collector, relabelled);
    return relabelled;
  }

  #key(name: string): string {
    return familyKey({ name: this.#prefix + name, constantLabels: this.#labels });
  }
}

function warn({ message }: SeriesOverflow): void {
  console.warn(message);
}

function rethrow(error: MetricsError): never {
  throw error;
}
