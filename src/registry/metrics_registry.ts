import type { Collector, Gatherer, Gathering, GatherOptions } from "../core/collector.ts";
import { type MetricsError, RegistrationError } from "../core/errors.ts";
import type { LabelRecord } from "../core/label_table.ts";
import type { LabelDefinition, LabelSet, LabelsOf } from "../core/labels.ts";
import { CollectorRegistry } from "../core/registry.ts";
import type { FamilyHeader } from "../core/snapshot.ts";
import type { Encoder } from "../exposition/encoder.ts";
import { prometheusText } from "../exposition/prometheus_text.ts";
import {
  type Callback,
  CallbackCollector,
  type CallbackSample,
  type CallbackValue,
} from "../metrics/callback.ts";
import { type Counter, CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily } from "../metrics/gauge.ts";
import { type Histogram, type HistogramDefinition, HistogramFamily } from "../metrics/histogram.ts";
import { checkSame, type KnownDefinition, knownDefinition } from "./definition.ts";
import { RelabelledCollector } from "./relabelled_collector.ts";

/** How a metric is defined. The help text is not optional: a name alone is rarely enough. */
export type MetricDefinition = FamilyHeader;

/** A definition with labels. */
export interface Labelled<Definition extends LabelDefinition> {
  /** A list of names, or an object with a closed list or a schema a name. */
  readonly labels: Definition;
}

/** A definition without labels. */
export interface Unlabelled {
  /** Left out: the metric is one series. */
  readonly labels?: undefined;
}

/** What a registry adds to everything that is registered through it. */
export interface MetricsRegistryOptions {
  /** Put before every name, for example `checkout_`. */
  readonly prefix?: string;
  /** Put on every series. Labels of the target, such as its instance, belong to the server. */
  readonly labels?: LabelRecord;
}

interface Registered {
  readonly definition: KnownDefinition;
  readonly collector: Collector;
  readonly instrument: unknown;
}

const globalKey = Symbol.for("edgeprom.registry.v0");

/**
 * A metrics registry: makes instruments, and gives what they hold to a scrape.
 *
 * Asking again for a family with the same definition returns the one that exists, so modules may be
 * loaded twice and need no wiring.
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
 * const page = new TextDecoder().decode(await registry.encode());
 * assertStringIncludes(page, 'requests{method="get"} 1');
 * ```
 */
export class MetricsRegistry implements Gatherer {
  #collectors = new CollectorRegistry();
  #registered = new Map<string, Registered>();
  readonly #relabelled = new WeakMap<Collector, Collector>();
  readonly #prefix: string;
  readonly #labels: LabelRecord;

  /** An empty registry. */
  constructor(options: MetricsRegistryOptions = {}) {
    this.#prefix = options.prefix ?? "";
    this.#labels = { ...options.labels };
  }

  /**
   * The default registry, one for the whole process even where the module is loaded twice. Use an
   * own instance in batch jobs and tests.
   */
  static global(): MetricsRegistry {
    const holder = globalThis as { [globalKey]?: MetricsRegistry };
    return holder[globalKey] ??= new MetricsRegistry();
  }

  /**
   * A view of this registry: what is registered through it gets a further prefix and labels, and is
   * scraped with the rest.
   */
  view(options: MetricsRegistryOptions): MetricsRegistry {
    const view = new MetricsRegistry({
      prefix: this.#prefix + (options.prefix ?? ""),
      labels: { ...this.#labels, ...options.labels },
    });
    view.#collectors = this.#collectors;
    view.#registered = this.#registered;
    return view;
  }

  /** A family of counters, one for each label set. */
  counter<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): CounterFamily<LabelsOf<Definition>>;
  /**
   * A counter: a total that only grows.
   *
   * @throws {RegistrationError} Where the definition is not valid, or the name is taken by another.
   */
  counter(definition: MetricDefinition & Unlabelled): Counter;
  counter(definition: HistogramDefinition): unknown {
    return this.#instrument("counter", definition, (complete) => new CounterFamily(complete));
  }

  /** A family of gauges, one for each label set. */
  gauge<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): GaugeFamily<LabelsOf<Definition>>;
  /**
   * A gauge: a value that goes up and down.
   *
   * @throws {RegistrationError} Where the definition is not valid, or the name is taken by another.
   */
  gauge(definition: MetricDefinition & Unlabelled): Gauge;
  gauge(definition: HistogramDefinition): unknown {
    return this.#instrument("gauge", definition, (complete) => new GaugeFamily(complete));
  }

  /** A family of histograms, one for each label set. */
  histogram<const Definition extends LabelDefinition>(
    definition: Omit<HistogramDefinition, "labels"> & Labelled<Definition>,
  ): HistogramFamily<LabelsOf<Definition>>;
  /**
   * A histogram: observations counted in buckets.
   *
   * @throws {RegistrationError} Where the definition is not valid, or the name is taken by another.
   */
  histogram(definition: Omit<HistogramDefinition, "labels"> & Unlabelled): Histogram;
  histogram(definition: HistogramDefinition): unknown {
    return this.#instrument("histogram", definition, (complete) => new HistogramFamily(complete));
  }

  /** Counters whose totals are read by a callback at each scrape. */
  counterWithCallback<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition> & {
      readonly callback: Callback<Iterable<CallbackSample<LabelsOf<Definition>>>>;
    },
  ): void;
  /** A counter whose total is read by a callback at each scrape. */
  counterWithCallback(
    definition: MetricDefinition & Unlabelled & { readonly callback: Callback<number> },
  ): void;
  counterWithCallback(definition: CallbackDefinition): void {
    this.#callback("counter", definition, (complete) => new CounterFamily<LabelSet>(complete));
  }

  /** Gauges whose values are read by a callback at each scrape. */
  gaugeWithCallback<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition> & {
      readonly callback: Callback<Iterable<CallbackSample<LabelsOf<Definition>>>>;
    },
  ): void;
  /**
   * A gauge whose value is read by a callback at each scrape, such as the length of a queue.
   *
   * Asked again with the same definition, the first callback stays.
   */
  gaugeWithCallback(
    definition: MetricDefinition & Unlabelled & { readonly callback: Callback<number> },
  ): void;
  gaugeWithCallback(definition: CallbackDefinition): void {
    this.#callback("gauge", definition, (complete) => new GaugeFamily<LabelSet>(complete));
  }

  /**
   * Adds a collector of your own.
   *
   * @throws {RegistrationError} Where a family that it describes clashes with another.
   */
  register(collector: Collector): void {
    const plain = this.#prefix === "" && Object.keys(this.#labels).length === 0;
    if (plain) return this.#collectors.register(collector);
    const relabelled = this.#relabelled.get(collector) ??
      new RelabelledCollector(collector, this.#prefix, this.#labels);
    this.#collectors.register(relabelled);
    this.#relabelled.set(collector, relabelled);
  }

  /**
   * Removes a collector, or the family that was made here under this name.
   *
   * @returns Whether it was there.
   */
  unregister(target: Collector | string): boolean {
    if (typeof target === "string") {
      const key = this.#key(target);
      const registered = this.#registered.get(key);
      if (registered === undefined) return false;
      this.#registered.delete(key);
      return this.#collectors.unregister(registered.collector);
    }
    for (const [key, { collector }] of this.#registered) {
      if (collector === target) this.#registered.delete(key);
    }
    return this.#collectors.unregister(this.#relabelled.get(target) ?? target);
  }

  /** Removes everything, for views of this registry as well. Instruments in use record on, unseen. */
  clear(): void {
    this.#collectors.clear();
    this.#registered.clear();
  }

  /** Collects all families; see {@linkcode Gatherer.gather}. */
  gather(options?: GatherOptions): Promise<Gathering> {
    return this.#collectors.gather(options);
  }

  /**
   * Collects and writes all families; in the text format 0.0.4 by default.
   *
   * @param onError Told of each collector or family that failed; the others are written. Without it
   * the first error is thrown.
   */
  async encode(
    format: Encoder = prometheusText,
    onError: (error: MetricsError) => void = rethrow,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const { families, errors } = await this.gather();
    errors.forEach((error) => onError(error));
    return format.encode(families, onError);
  }

  #instrument(
    kind: string,
    definition: HistogramDefinition,
    create: (complete: HistogramDefinition) => Family,
  ): unknown {
    return this.#getOrCreate(kind, definition, (complete) => {
      const family = create(complete);
      const instrument = definition.labels === undefined ? family.labels({}) : family;
      return { collector: family, instrument };
    });
  }

  #callback(
    kind: string,
    definition: CallbackDefinition,
    create: (complete: HistogramDefinition) => CounterFamily<LabelSet> | GaugeFamily<LabelSet>,
  ): void {
    this.#getOrCreate(`${kind} with a callback`, definition, (complete) => ({
      collector: new CallbackCollector(create(complete), definition.callback),
      instrument: undefined,
    }));
  }

  #getOrCreate(
    kind: string,
    definition: HistogramDefinition,
    create: (complete: HistogramDefinition) => Omit<Registered, "definition">,
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
    const created = create({ ...definition, name, constantLabels: this.#labels });
    this.#collectors.register(created.collector);
    this.#registered.set(key, { definition: known, ...created });
    return created.instrument;
  }

  #key(name: string): string {
    return JSON.stringify([this.#prefix + name, Object.entries(this.#labels).sort()]);
  }
}

interface CallbackDefinition extends HistogramDefinition {
  readonly callback: Callback<CallbackValue>;
}

/** A family as the registry needs it, whatever its type. */
interface Family extends Collector {
  labels(set: LabelSet): unknown;
}

function rethrow(error: MetricsError): never {
  throw error;
}
