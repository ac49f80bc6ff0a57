import { milliseconds } from "../model/platform/clock.ts";
import { display, RegistrationError } from "../model/errors.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { Refusals } from "../model/refusals.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { SummarySnapshot } from "../model/snapshot.ts";
import { BaseObserver, refuseObservation } from "./base_observer.ts";
import { checkCall } from "./calls/measure_call.ts";
import { QuantileSketch } from "./quantile_sketch.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/** The length of the window that quantiles are estimated over, unless a definition has another. */
export const defaultWindowSeconds = 600;

/**
 * The quantiles of a summary.
 *
 * @category Instruments
 */
export interface SummaryShape {
  /**
   * Quantiles to estimate, ascending, from 0 to 1; none by default. An estimate is off by at most
   * 0.55 % for values from 1 to 2^32, and `NaN` if the window is empty.
   */
  readonly quantiles?: readonly number[];
  /** The length in seconds of the sliding window that they are estimated over; 600 by default. */
  readonly windowSeconds?: number;
}

/**
 * The content of a summary, for tests and debugging.
 *
 * @category Instruments
 */
export interface SummaryValue {
  /** Number of observations. */
  readonly count: number;
  /** Sum of the observed values. */
  readonly sum: number;
}

/**
 * A summary: number and sum of observations, and optionally quantiles over a sliding window.
 *
 * Prefer a histogram if several targets are viewed together: quantiles cannot be aggregated.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#summary
 *
 * @category Instruments
 */
export interface Summary {
  /**
   * Records a value in the unit of the name, such as seconds or bytes.
   *
   * @throws {InvalidValueError} If it is not a number.
   */
  observe(value: number): void;
  /** Count and sum of all observations so far. */
  get(): SummaryValue;
  /** Starts a timer; each call of the result observes the seconds since then. */
  startTimer(): EndTimer;
  /** Calls a function and observes the seconds until its end, as {@linkcode Histogram.time} does. */
  time<Result>(call: () => Result): Result;
}

/**
 * A family of summaries: one name, and a summary for each label set.
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
 *
 * @category Instruments
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
    const { name, quantiles = [], windowSeconds = defaultWindowSeconds } = definition;
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
    if (typeof value !== "number") {
      return this.accepts(set) ? refuseObservation(this.refusals, value) : undefined;
    }
    this.labels(set).observe(value);
  }

  /** Starts a timer of one series; each call of the result observes the seconds since then. */
  startTimer(set: Labels): EndTimer;
  /**
   * Starts a timer whose labels are known only at its end, such as the outcome of a call.
   *
   * @returns A function that observes the seconds since the start in the series with the given
   * labels, and returns them.
   */
  startTimer(): (set: Labels) => number;
  startTimer(set?: Labels): EndTimer | ((set: Labels) => number) {
    if (set !== undefined) return this.labels(set).startTimer();
    return startTimer((seconds, ending: Labels) => this.observe(ending, seconds));
  }

  /** Calls a function and observes the seconds of it in one series, as {@linkcode Summary.time} does. */
  time<Result>(set: Labels, call: () => Result): Result {
    checkCall(this.header.name, call);
    return this.labels(set).time(call);
  }

  /** @internal A snapshot of all summaries. */
  protected override snapshot(
    { labels, children, created }: FamilySeries<Summary>,
  ): SummarySnapshot {
    const summaries = children as readonly LocalSummary[];
    const { header, quantiles } = this;
    const counts = new Float64Array(summaries.length);
    const sums = new Float64Array(summaries.length);
    summaries.forEach((summary, row) => {
      const { count, sum } = summary.get();
      counts[row] = count;
      sums[row] = sum;
    });
    return {
      type: "summary",
      ...header,
      labels,
      created,
      quantiles,
      values: Float64Array.from(summaries.flatMap((summary) => summary.quantiles(quantiles))),
      counts,
      sums,
    };
  }

  /** Whether nothing was observed. Quantiles change with the time alone. */
  protected override isUnchanged(last: SummarySnapshot, children: readonly Summary[]): boolean {
    if (this.quantiles.length > 0) return false;
    return (children as readonly LocalSummary[]).every((summary, row) =>
      summary.has(last.counts[row], last.sums[row])
    );
  }

  /** The number of observations, which each one changes. */
  protected override activityOf(child: Summary): number {
    return child.get().count;
  }

  /** Back to no observations. */
  protected override resetChild(child: Summary): void {
    (child as LocalSummary).reset();
  }

  /** Makes the summary of a new series. */
  protected override createChild(): Summary {
    const hasQuantiles = this.quantiles.length > 0;
    const sketch = hasQuantiles ? new QuantileSketch(this.#windowSeconds) : undefined;
    return new LocalSummary(this.refusals, sketch);
  }
}

/** A summary of one thread: count, sum, and a sketch if there are quantiles. */
class LocalSummary extends BaseObserver implements Summary {
  readonly #refusals: Refusals;
  readonly #sketch: QuantileSketch | undefined;
  #count = 0;
  #sum = 0;

  constructor(refusals: Refusals, sketch: QuantileSketch | undefined) {
    super();
    this.#refusals = refusals;
    this.#sketch = sketch;
  }

  protected override get family(): string {
    return this.#refusals.family;
  }

  override observe(value: number): void {
    if (typeof value !== "number") return refuseObservation(this.#refusals, value);
    this.#sketch?.observe(value, milliseconds() / 1000);
    this.#count++;
    this.#sum += value;
  }

  get(): SummaryValue {
    return { count: this.#count, sum: this.#sum };
  }

  /** Whether these are its count and sum. */
  has(count: number, sum: number): boolean {
    return this.#count === count && Object.is(this.#sum, sum);
  }

  reset(): void {
    this.#sketch?.clear();
    this.#count = 0;
    this.#sum = 0;
  }

  quantiles(shares: readonly number[]): readonly number[] {
    return this.#sketch?.quantiles(shares, milliseconds() / 1000) ?? [];
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
