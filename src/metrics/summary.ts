import { unixSeconds } from "../model/clock.ts";
import { display, InvalidValueError, RegistrationError } from "../model/errors.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { BaseObserver } from "./base_observer.ts";
import { QuantileSketch } from "./quantile_sketch.ts";
import type { EndTimer } from "./timer.ts";

/** What a summary tells besides count and sum. */
export interface SummaryShape {
  /**
   * Quantiles to estimate, ascending, from 0 to 1; none by default. An estimate is off by 0.55 % at
   * most for values from 1 to 2^32, and `NaN` where the window is empty.
   */
  readonly quantiles?: readonly number[];
  /** Over how many of the last seconds they are estimated; 600 by default. */
  readonly windowSeconds?: number;
}

/** What a summary holds, for tests and debugging. */
export interface SummaryValue {
  /** How many values were observed. */
  readonly count: number;
  /** Their sum. */
  readonly sum: number;
}

/**
 * A summary: how many values were observed, and their sum; and where asked for, quantiles of those
 * of late.
 *
 * Prefer a histogram where several targets are looked at together: quantiles cannot be added up.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#summary
 */
export interface Summary {
  /**
   * Records a value, in the unit that the name ends in.
   *
   * @throws {InvalidValueError} If it is not a number.
   */
  observe(value: number): void;
  /** What was observed so far. */
  get(): SummaryValue;
  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer;
  /** Calls a function and observes the seconds until it or its promise ended, well or not. */
  time<Result>(call: () => Result): Result;
}

/**
 * Summaries of one name, by labels.
 *
 * @example
 * ```ts
 * import { MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const calls = new MetricsRegistry().summary({
 *   name: "rpc_seconds",
 *   help: "Time of a call, by service.",
 *   labels: ["service"],
 *   quantiles: [0.5, 0.99],
 * });
 * calls.observe({ service: "mail" }, 0.2);
 * assertEquals(calls.labels({ service: "mail" }).get().count, 1);
 * ```
 */
export class SummaryFamily<Labels> extends Family<Labels, Summary> {
  /** The quantiles that are estimated. */
  readonly quantiles: readonly number[];
  readonly #windowSeconds: number;

  /**
   * A family that is not registered yet.
   *
   * @throws {RegistrationError} If quantiles are not ascending numbers from 0 to 1, or the window
   * is not a positive number of seconds.
   */
  constructor(definition: FamilyDefinition & SummaryShape) {
    super("summary", definition, "quantile");
    const { name, quantiles = [], windowSeconds = 600 } = definition;
    this.quantiles = readQuantiles(name, quantiles);
    if (!(Number.isFinite(windowSeconds) && windowSeconds > 0)) {
      throw new RegistrationError(
        `${name}: windowSeconds ${display(windowSeconds)} must be a number of seconds above 0`,
      );
    }
    this.#windowSeconds = windowSeconds;
  }

  /** Records a value in one series. */
  observe(set: Labels, value: number): void {
    this.labels(set).observe(value);
  }

  /** The observations of all series now. */
  override collect(): readonly MetricFamily[] {
    const { labels, children, created } = this.series();
    const summaries = children as readonly LocalSummary[];
    const { header, quantiles } = this;
    return [{
      type: "summary",
      ...header,
      labels,
      created,
      quantiles,
      values: Float64Array.from(summaries.flatMap((summary) => summary.quantiles(quantiles))),
      counts: Float64Array.from(summaries, (summary) => summary.get().count),
      sums: Float64Array.from(summaries, (summary) => summary.get().sum),
    }];
  }

  /** How many values were observed. */
  protected override activityOf(child: Summary): number {
    return child.get().count;
  }

  /** Makes the summary of a new series. */
  protected override createChild(): Summary {
    const estimates = this.quantiles.length > 0;
    const sketch = estimates ? new QuantileSketch(this.#windowSeconds) : undefined;
    return new LocalSummary(this.header.name, sketch);
  }
}

/** A summary with count and sum, and where quantiles are wanted, a sketch of the last values. */
class LocalSummary extends BaseObserver implements Summary {
  readonly #family: string;
  readonly #sketch: QuantileSketch | undefined;
  #count = 0;
  #sum = 0;

  constructor(family: string, sketch: QuantileSketch | undefined) {
    super();
    this.#family = family;
    this.#sketch = sketch;
  }

  override observe(value: number): void {
    if (typeof value !== "number") {
      throw new InvalidValueError(this.#family, value, "a number to observe");
    }
    this.#sketch?.observe(value, unixSeconds());
    this.#count++;
    this.#sum += value;
  }

  get(): SummaryValue {
    return { count: this.#count, sum: this.#sum };
  }

  quantiles(shares: readonly number[]): readonly number[] {
    return this.#sketch?.quantiles(shares, unixSeconds()) ?? [];
  }
}

function readQuantiles(family: string, quantiles: readonly number[]): readonly number[] {
  const copy: readonly number[] = Array.isArray(quantiles) ? [...quantiles] : [NaN];
  const valid = copy
    .every((quantile, at) =>
      typeof quantile === "number" && quantile >= 0 && quantile <= 1 &&
      !(copy[at - 1] >= quantile)
    );
  if (valid) return Object.freeze(copy);
  throw new RegistrationError(
    `${family}: quantiles ${display(quantiles)} must be ascending numbers from 0 to 1`,
  );
}
