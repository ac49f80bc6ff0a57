import type { Collector, FamilyDescription } from "../model/collector.ts";
import { CollectionError, InvalidValueError } from "../model/errors.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { LabelSet } from "../model/family/labels.ts";
import { isThenable, settled } from "../model/platform/thenable.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import type { CounterFamily } from "./counter.ts";
import type { GaugeFamily } from "./gauge.ts";

/**
 * One series that a callback returns.
 *
 * @category Registry
 */
export interface CallbackSample<Labels> {
  /** The labels of the series. */
  readonly labels: Labels;
  /** The value now. */
  readonly value: number;
}

/**
 * Returns a value, or series with their values, at each scrape; synchronously or as a promise, which
 * may be of another realm or library. A thenable is asked once.
 *
 * @category Registry
 */
export type Callback<Value> = (signal?: AbortSignal) => Value | PromiseLike<Value>;

/** The result of a callback: a number for a family without labels, otherwise its series. */
export type CallbackValue = number | Iterable<CallbackSample<LabelSet>>;

/** A collector that gets the values of a family from a callback at each scrape. */
export class CallbackCollector implements Collector {
  readonly #family: CounterFamily<LabelSet> | GaugeFamily<LabelSet>;
  #callback: Callback<CallbackValue>;

  /** @param family The family that the values are written to; nobody else may write to it. */
  constructor(
    family: CounterFamily<LabelSet> | GaugeFamily<LabelSet>,
    callback: Callback<CallbackValue>,
  ) {
    this.#family = family;
    this.#callback = callback;
  }

  /** Takes the callback and the schemas of a later definition of the same family. */
  redefine(definition: FamilyDefinition & { readonly callback: Callback<CallbackValue> }): void {
    this.#callback = definition.callback;
    this.#family.redefine(definition);
  }

  /** Calls the callback. Its errors are those of the collection. */
  collect(signal?: AbortSignal): readonly MetricFamily[] | Promise<readonly MetricFamily[]> {
    const value = this.#callback(signal);
    return isThenable(value)
      ? settled(value).then((values) => this.#snapshot(values as CallbackValue))
      : this.#snapshot(value);
  }

  /** Describes the family to the registry. */
  describe(): readonly FamilyDescription[] {
    return this.#family.describe();
  }

  /** Fills and reads the family synchronously, so that concurrent scrapes do not mix. */
  #snapshot(value: CallbackValue): readonly MetricFamily[] {
    const family = this.#family;
    const { name } = family.header;
    const samples = typeof value === "number" ? [{ labels: {}, value }] : listOf(name, value);
    family.clear();
    for (const sample of samples) {
      // From JavaScript it may be anything.
      const given: unknown = sample?.value;
      if (typeof given !== "number") {
        throw new InvalidValueError(
          name,
          sample?.labels === undefined ? sample : given,
          "a number for a callback to give",
        );
      }
      if ((sample as { readonly timestamp?: unknown }).timestamp !== undefined) {
        throw new CollectionError(
          `${name}: a series of a callback has no timestamp; ` +
            `use a collector, whose constGauge() and constCounter() take one`,
        );
      }
      family.inc(sample.labels, given);
    }
    // The start of such a total is unknown; it is not this scrape.
    const families = family.collect().map((snapshot) => ({ ...snapshot, created: undefined }));
    if (families[0].labels.rows < samples.length) {
      throw new CollectionError(
        `${name}: its callback gave two series with the same labels; make them distinct`,
      );
    }
    return families;
  }
}

/** The series of a callback. A text is iterable, but gives none. */
function listOf(family: string, value: unknown): readonly CallbackSample<LabelSet>[] {
  if (typeof (value as Iterable<never> | null | undefined)?.[Symbol.iterator] === "function") {
    if (typeof value === "object") return [...value as Iterable<CallbackSample<LabelSet>>];
  }
  throw new InvalidValueError(
    family,
    value,
    "a number, or a list of series, for a callback to give",
  );
}
