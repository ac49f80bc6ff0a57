import type { Collector } from "../model/collector.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelDefinition, LabelSet, LabelsOf } from "../model/family/labels.ts";
import type { FamilyHeader } from "../model/snapshot.ts";
import {
  type Callback,
  CallbackCollector,
  type CallbackSample,
  type CallbackValue,
} from "../metrics/callback.ts";
import { defaultBuckets } from "../metrics/buckets.ts";
import { type Counter, CounterFamily } from "../metrics/counter.ts";
import { type Gauge, GaugeFamily, type GaugeShape } from "../metrics/gauge.ts";
import type { Histogram, HistogramShape } from "../metrics/histogram.ts";
import { HistogramFamily } from "../metrics/histogram_family.ts";
import { InfoFamily } from "../metrics/info.ts";
import { type StateSet, StateSetFamily } from "../metrics/state_set.ts";
import { type Summary, SummaryFamily, type SummaryShape } from "../metrics/summary.ts";

/** The definition of a metric. The help text is required: a name alone is rarely enough. */
export type MetricDefinition = FamilyHeader;

/** A definition with labels. */
export interface Labelled<Definition extends LabelDefinition> {
  /** A list of names, or an object with a closed list or a schema per name. */
  readonly labels: Definition;
}

/** A definition without labels. */
export interface Unlabelled {
  /** Left out: the metric is one series. */
  readonly labels?: undefined;
}

/** A definition with a list of states. */
export interface Stateful<State extends string> {
  /** The names of the states. */
  readonly states: readonly State[];
}

/** A definition whose values are read by a callback at each scrape. */
export interface WithCallback<Value> {
  /** Returns the value, or the series with their values. */
  readonly callback: Callback<Value>;
}

/** The collector and the instrument of a definition. */
export interface MadeInstrument {
  /** The collector, which a scrape asks. */
  readonly collector: Collector;
  /** The instrument or family that the caller gets. */
  readonly instrument: unknown;
}

/** A family, whatever its type. */
interface AnyFamily extends Collector {
  labels(set: LabelSet): unknown;
}

/**
 * A factory of instruments. Each method has two forms: with labels it returns a family, without
 * labels the one instrument, which is exposed at its start value at once.
 *
 * All methods throw {@linkcode RegistrationError} if the definition is not valid, or the name
 * belongs to another one.
 *
 * @example
 * ```ts
 * import { type Counter, type InstrumentFactory, MetricsRegistry } from "@edgeprom/edgeprom/core";
 *
 * // Takes a registry, a view of one, or any other factory.
 * function jobCounter(factory: InstrumentFactory): Counter {
 *   return factory.counter({ name: "jobs_total", help: "Jobs done." });
 * }
 * jobCounter(new MetricsRegistry().view({ prefix: "mail_" })).inc();
 * ```
 */
export abstract class InstrumentFactory {
  /** The present instrument of a definition, or the one that `create` makes. */
  protected abstract getOrCreate<Definition extends FamilyDefinition>(
    kind: string,
    definition: Definition,
    create: (complete: Definition) => MadeInstrument,
  ): unknown;

  /** A family of counters, one for each label set. */
  counter<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): CounterFamily<LabelsOf<Definition>>;
  /** A counter: a total that only grows. */
  counter(definition: MetricDefinition & Unlabelled): Counter;
  counter(definition: FamilyDefinition): unknown {
    return this.#instrument("counter", definition, (complete) => new CounterFamily(complete));
  }

  /** A family of gauges, one for each label set. */
  gauge<const Definition extends LabelDefinition>(
    definition: MetricDefinition & GaugeShape & Labelled<Definition>,
  ): GaugeFamily<LabelsOf<Definition>>;
  /** A gauge: a value that goes up and down. */
  gauge(definition: MetricDefinition & GaugeShape & Unlabelled): Gauge;
  gauge(definition: FamilyDefinition & GaugeShape): unknown {
    return this.#instrument("gauge", definition, (complete) => new GaugeFamily(complete));
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
    const spelled = { ...definition, buckets };
    return this.#instrument("histogram", spelled, (complete) => new HistogramFamily(complete));
  }

  /** A family of summaries, one for each label set. */
  summary<const Definition extends LabelDefinition>(
    definition: MetricDefinition & SummaryShape & Labelled<Definition>,
  ): SummaryFamily<LabelsOf<Definition>>;
  /** A summary: number and sum of observations, and optionally quantiles. */
  summary(definition: MetricDefinition & SummaryShape & Unlabelled): Summary;
  summary(definition: FamilyDefinition & SummaryShape): unknown {
    return this.#instrument("summary", definition, (complete) => new SummaryFamily(complete));
  }

  /** An info: facts about the target, as labels. Its name ends in `_info`. */
  info<const Definition extends LabelDefinition>(
    definition: MetricDefinition & Labelled<Definition>,
  ): InfoFamily<LabelsOf<Definition>> {
    const family = this.getOrCreate("info", definition as FamilyDefinition, (complete) => {
      const family = new InfoFamily<LabelsOf<Definition>>(complete);
      return { collector: family, instrument: family };
    });
    return family as InfoFamily<LabelsOf<Definition>>;
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
    return this.#instrument("stateset", definition, (complete) => new StateSetFamily(complete));
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
    this.#callback("counter", definition, (complete) => new CounterFamily(complete));
  }

  /** Gauges whose values are read by a callback at each scrape. */
  gaugeWithCallback<
    const Definition extends LabelDefinition,
    const Sample extends CallbackSample<LabelsOf<Definition>>,
  >(
    definition: MetricDefinition & Labelled<Definition> & WithCallback<Iterable<Sample>>,
  ): void;
  /**
   * A gauge whose value is read by a callback at each scrape, such as the length of a queue. If it
   * is defined again with the same definition, the first callback stays.
   */
  gaugeWithCallback(definition: MetricDefinition & Unlabelled & WithCallback<number>): void;
  gaugeWithCallback(definition: FamilyDefinition & WithCallback<CallbackValue>): void {
    this.#callback("gauge", definition, (complete) => new GaugeFamily(complete));
  }

  #instrument<Definition extends FamilyDefinition>(
    kind: string,
    definition: Definition,
    create: (complete: Definition) => AnyFamily,
  ): unknown {
    return this.getOrCreate(kind, definition, (complete) => {
      const family = create(complete);
      const instrument = definition.labels === undefined ? family.labels({}) : family;
      return { collector: family, instrument };
    });
  }

  #callback(
    kind: string,
    definition: FamilyDefinition & WithCallback<CallbackValue>,
    create: (complete: FamilyDefinition) => CounterFamily<LabelSet> | GaugeFamily<LabelSet>,
  ): void {
    this.getOrCreate(`${kind} with a callback`, definition, (complete) => ({
      // A scrape is no event that an exemplar could refer to, and its series are not retained.
      collector: new CallbackCollector(
        create({ ...complete, exemplarSource: undefined, quota: undefined }),
        definition.callback,
      ),
      instrument: undefined,
    }));
  }
}
