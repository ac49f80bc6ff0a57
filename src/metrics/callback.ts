import type { Collector, FamilyDescription } from "../model/collector.ts";
import { CollectionError, InvalidValueError } from "../model/errors.ts";
import type { LabelSet } from "../model/family/labels.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { CounterFamily } from "./counter.ts";
import type { GaugeFamily } from "./gauge.ts";

/** One series as a callback gives it. */
export interface CallbackSample<Labels> {
  /** The labels of the series. */
  readonly labels: Labels;
  /** Its value now. */
  readonly value: number;
}

/** Gives the value, or the series with their values, at each scrape; at once or by a promise. */
export type Callback<Value> = (signal?: AbortSignal) => Value | Promise<Value>;

/** What a callback may give: a number for a family without labels, else its series. */
export type CallbackValue = number | Iterable<CallbackSample<LabelSet>>;

/** A collector that reads a family's values by a callback when it is scraped. */
export class CallbackCollector implements Collector {
  readonly #family: CounterFamily<LabelSet> | GaugeFamily<LabelSet>;
  readonly #callback: Callback<CallbackValue>;

  /** Reads into a family of its own, which nobody else may write to. */
  constructor(
    family: CounterFamily<LabelSet> | GaugeFamily<LabelSet>,
    callback: Callback<CallbackValue>,
  ) {
    this.#family = family;
    this.#callback = callback;
  }

  /** Calls the callback. What it does wrong is the scrape's to report. */
  collect(signal?: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]> {
    const value = this.#callback(signal);
    return value instanceof Promise
      ? value.then((settled) => this.#snapshot(settled))
      : this.#snapshot(value);
  }

  /** Tells the registry what the family is. */
  describe(): readonly FamilyDescription[] {
    return this.#family.describe();
  }

  /** Fills and reads the family in one go, so that scrapes side by side do not mix. */
  #snapshot(value: CallbackValue): readonly MetricFamily[] {
    const family = this.#family;
    const samples = typeof value === "number" ? [{ labels: {}, value }] : [...value];
    family.clear();
    for (const { labels, value } of samples) {
      if (typeof value !== "number") {
        throw new InvalidValueError(family.header.name, value, "a number for a callback to give");
      }
      family.inc(labels, value);
    }
    // When such a total began to count is not known here; it is not at this scrape.
    const families = family.collect().map((snapshot) => ({ ...snapshot, created: undefined }));
    if (families[0].labels.rows < samples.length) {
      throw new CollectionError(
        `${family.header.name}: its callback gave two series with the same labels; make them distinct`,
      );
    }
    return families;
  }
}
