import { type Cardinality, cardinalityOf } from "../model/gathering/cardinality.ts";
import type { Collector, Gatherer, Gathering, GatherOptions } from "../model/collector.ts";
import type { MetricsError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelDefinition, LabelsOf } from "../model/family/labels.ts";
import type { CallbackSample, CallbackValue } from "../metrics/callback.ts";
import { defaultBuckets } from "../metrics/buckets.ts";
import { type Counter, CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily, type GaugeShape } from "../metrics/gauge.ts";
import type { Histogram, HistogramShape } from "../metrics/histogram.ts";
import { HistogramFamily } from "../metrics/histogram_family.ts";
import { InfoFamily } from "../metrics/info.ts";
import { type StateSet, StateSetFamily } from "../metrics/state_set.ts";
import { type Summary, SummaryFamily, type SummaryShape } from "../metrics/summary.ts";
import type { Encoder } from "../exposition/encoding/encoder.ts";
import { prometheusText } from "../exposition/text/prometheus_text.ts";
import { readGatherOptions } from "./gather_options.ts";
import { InstrumentStore } from "./instrument_store.ts";
import { PageEncoder } from "./page_encoder.ts";
import type {
  Labelled,
  MetricDefinition,
  Stateful,
  Unlabelled,
  WithCallback,
} from "./metric_definition.ts";
import { checkRegistryOptions, type MetricsRegistryOptions } from "./registry_options.ts";

const globalKey = Symbol.for("edgeprom.registry.v0");

/**
 * A metrics registry: makes instruments, and collects them for a scrape.
 *
 * A method that makes an instrument has two forms: with labels it returns a family, without labels
 * the one instrument, which is exposed at its start value at once. If a definition is not valid, or
 * its name belongs to another one, the method throws a {@linkcode RegistrationError}.
 *
 * The same definition returns the same instrument, so modules may be loaded twice and need no wiring.
 * Labels may be in another order. Schemas and callbacks are not compared: those given last are used,
 * because earlier ones may read the state of a module that was loaded again.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const requests = registry.counter({
 *   name: "requests_total",
 *   help: "Requests by method.",
 *   labels: { method: ["get", "put"] },
 * });
 * requests.inc({ method: "get" });
 *
 * assertStringIncludes(await registry.text(), 'requests_total{method="get"} 1');
 * ```
 *
 * @category Registry
 */
export class MetricsRegistry implements Gatherer {
  /** @internal */
  root: MetricsRegistry | undefined;
  /** @internal */
  store: InstrumentStore;
  /** Made with the first page. */
  #encoder: PageEncoder | undefined;

  /**
   * An empty registry.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  constructor(options?: MetricsRegistryOptions) {
    if (options !== undefined) checkRegistryOptions("a registry", options);
    this.store = new InstrumentStore(options ?? {});
  }

  /**
   * The default registry, one for the whole process even if the module is loaded twice. Use an
   * instance of your own in batch jobs and tests.
   */
  static global(): MetricsRegistry {
    const holder = globalThis as { [globalKey]?: MetricsRegistry };
    return holder[globalKey] ??= new MetricsRegistry();
  }

  /** A family of counters, one for each label set. */
  counter<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): CounterFamily<LabelsOf<Definition>>;
  /** A counter: a total that only grows. */
  counter(definition: MetricDefinition & Unlabelled): Counter;
  counter(definition: FamilyDefinition): unknown {
    return this.store.instrument("counter", definition, CounterFamily);
  }

  /** A family of gauges, one for each label set. */
  gauge<const Definition extends LabelDefinition>(
    definition: MetricDefinition & GaugeShape & Labelled<Definition>,
  ): GaugeFamily<LabelsOf<Definition>>;
  /** A gauge: a value that goes up and down. */
  gauge(definition: MetricDefinition & GaugeShape & Unlabelled): Gauge;
  gauge(definition: FamilyDefinition & GaugeShape): unknown {
    return this.store.instrument("gauge", definition, GaugeFamily);
  }

  /** A family of histograms, one for each label set. */
  histogram<const Definition extends LabelDefinition>(
    definition: MetricDefinition & HistogramShape & Labelled<Definition>,
  ): HistogramFamily<LabelsOf<Definition>>;
  /** A histogram: observations counted in buckets. */
  histogram(definition: MetricDefinition & HistogramShape & Unlabelled): Histogram;
  histogram(definition: FamilyDefinition & HistogramShape): unknown {
    // The default buckets are the same definition whether they are spelled out or not.
    const buckets = definition?.buckets ?? (definition?.native ? undefined : defaultBuckets);
    return this.store.instrument("histogram", { ...definition, buckets }, HistogramFamily);
  }

  /** A family of summaries, one for each label set. */
  summary<const Definition extends LabelDefinition>(
    definition: MetricDefinition & SummaryShape & Labelled<Definition>,
  ): SummaryFamily<LabelsOf<Definition>>;
  /** A summary: number and sum of observations, and optionally quantiles. */
  summary(definition: MetricDefinition & SummaryShape & Unlabelled): Summary;
  summary(definition: FamilyDefinition & SummaryShape): unknown {
    return this.store.instrument("summary", definition, SummaryFamily);
  }

  /** An info: facts about the target, as labels. Its name ends in `_info`. */
  info<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): InfoFamily<LabelsOf<Definition>> {
    const complete: FamilyDefinition = definition;
    return this.store.instrument("info", complete, InfoFamily) as InfoFamily<LabelsOf<Definition>>;
  }

  /** A family of state sets, one for each label set. */
  stateSet<const State extends string, const Definition extends LabelDefinition>(
    definition: MetricDefinition & Stateful<State> & Labelled<Definition>,
  ): StateSetFamily<LabelsOf<Definition>, State>;
  /** A state set: states of which each is on or off. */
  stateSet<const State extends string>(
    definition: MetricDefinition & Stateful<State> & Unlabelled,
  ): StateSet<State>;
  stateSet(definition: FamilyDefinition & Stateful<string>): unknown {
    return this.store.instrument("stateset", definition, StateSetFamily);
  }

  /** Counters whose totals are read by a callback at each scrape. */
  counterWithCallback<
    const Definition extends LabelDefinition,
    const Sample extends CallbackSample<LabelsOf<Definition>>,
  >(
    definition: MetricDefinition & Labelled<Definition> & WithCallback<Iterable<Sample>>,
  ): void;
  /** A counter whose total is read by a callback at each scrape. */
  counterWithCallback(definition: MetricDefinition & Unlabelled & WithCallback<number>): void;
  counterWithCallback(definition: FamilyDefinition & WithCallback<CallbackValue>): void {
    this.store.callback("counter", definition, CounterFamily);
  }

  /** Gauges whose values are read by a callback at each scrape. */
  gaugeWithCallback<
    const Definition extends LabelDefinition,
    const Sample extends CallbackSample<LabelsOf<Definition>>,
  >(
    definition: MetricDefinition & Labelled<Definition> & WithCallback<Iterable<Sample>>,
  ): void;
  /** A gauge whose value is read by a callback at each scrape, such as the length of a queue. */
  gaugeWithCallback(definition: MetricDefinition & Unlabelled & WithCallback<number>): void;
  gaugeWithCallback(definition: FamilyDefinition & WithCallback<CallbackValue>): void {
    this.store.callback("gauge", definition, GaugeFamily);
  }

  /**
   * A view of this registry, which adds a further prefix and labels to what is registered through
   * it. A scrape of either gives the families of both.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  view(options: MetricsRegistryOptions): MetricsRegistry {
    checkRegistryOptions("a view", options);
    const view = new MetricsRegistry();
    view.store = this.store.view(options);
    view.root = this.root;
    return view;
  }

  /**
   * Adds a collector of your own.
   *
   * @throws {RegistrationError} If it is not a collector, or describes a family that clashes with
   * another.
   */
  register(collector: Collector): void {
    this.store.register(collector);
  }

  /** Removes a collector, or the family made here under a name. Returns whether it was there. */
  unregister(target: Collector | string): boolean {
    return this.store.unregister(target);
  }

  /** Removes everything, also from views. Instruments in use go on, but are no longer collected. */
  clear(): void {
    this.store.clear();
  }

  /**
   * Sets the values of all instruments back to their start, also those of views, for tests.
   * Instruments that modules keep go on, as after {@linkcode Family.reset}. Callbacks and collectors
   * stay. What was dropped is forgotten: recordings that were not valid, and exemplars.
   *
   * @throws {MetricsError} If the registry is shared by threads.
   */
  reset(): void {
    this.store.reset();
  }

  /**
   * How many recordings were dropped because they were not valid, by family; see
   * {@linkcode MetricsRegistryOptions.onInvalid}.
   */
  invalidRecordings(): ReadonlyMap<string, number> {
    return new Map(this.store.invalid);
  }

  /** Collects all families; see {@linkcode Gatherer.gather}. */
  async gather(options: GatherOptions = {}): Promise<Gathering> {
    return await this.store.begin(readGatherOptions(options));
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
   * const jobs = registry.counter({ name: "jobs_total", help: "Jobs.", labels: ["queue", "user"] });
   * for (const user of ["ann", "bob", "eve"]) jobs.inc({ queue: "mail", user });
   *
   * const { families: [worst] } = await registry.cardinality();
   * assertEquals(worst, {
   *   name: "jobs_total",
   *   series: 3,
   *   overflows: 0,
   *   labels: [{ name: "user", values: 3 }, { name: "queue", values: 1 }],
   * });
   * ```
   */
  async cardinality(options?: GatherOptions): Promise<Cardinality> {
    return cardinalityOf(await this.gather(options), this.store.overflows);
  }

  /**
   * Collects and encodes all families; in the text format 0.0.4 by default. A collector or a family
   * that fails is left out, as in a scrape, and the page has the others. It waits for every collector;
   * a scrape, and `gather({ signal })`, do so until a deadline.
   *
   * @param onError Called for each failure; if it throws, there is no page. By default a failure is
   * written to the console, and again only after a page without it.
   */
  encode(
    format: Encoder = prometheusText,
    onError?: (error: MetricsError) => void,
  ): Promise<Uint8Array<ArrayBuffer>> {
    const encoder = this.#encoder ??= new PageEncoder();
    // Somebody's subclass may gather otherwise.
    const isOurs = this.gather === MetricsRegistry.prototype.gather;
    return encoder.encode(isOurs ? this.store : this, format, onError);
  }

  /**
   * The page in the text format 0.0.4, as a string: for tests and the console. A scrape takes the
   * bytes of {@linkcode MetricsRegistry.encode}.
   *
   * @param onError As in {@linkcode MetricsRegistry.encode}.
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
  async text(onError?: (error: MetricsError) => void): Promise<string> {
    return new TextDecoder().decode(await this.encode(undefined, onError));
  }
}
