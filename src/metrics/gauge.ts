import { unixSeconds } from "../model/platform/clock.ts";
import { display, RegistrationError } from "../model/errors.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import { type GaugeMerge, isGaugeMerge, readMerge } from "../model/gauge_merge.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { GaugeSnapshot } from "../model/snapshot.ts";
import { BaseGauge, forgetProgress, refuseNumber } from "./base_gauge.ts";
import { checkCall } from "./calls/measure_call.ts";
import { areValues, readValues } from "./read_values.ts";
import { type EndTimer, startTimer } from "./timer.ts";

/**
 * A gauge: a value that goes up and down, such as a temperature or a queue's length.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#gauge
 *
 * @category Instruments
 */
export interface Gauge {
  /**
   * Sets the value.
   *
   * @throws {InvalidValueError} If it is not a number. `NaN` and infinities are allowed.
   */
  set(value: number): void;
  /** Adds to the value; 1 by default. Throws as {@linkcode Gauge.set} does. */
  inc(by?: number): void;
  /** Subtracts from the value; 1 by default. Throws as {@linkcode Gauge.set} does. */
  dec(by?: number): void;
  /** The value now. */
  get(): number;
  /** Sets the value to the time, in seconds since 1970. */
  setToCurrentTime(): void;
  /**
   * Counts calls in progress: up at the start, down at the end. {@linkcode Histogram.time} says when
   * a call ends. A lazy thenable or a generator is in progress only from when it is waited for.
   *
   * @throws {InvalidValueError} If it is not a function.
   */
  trackInProgress<Result>(call: () => Result): Result;
  /** Starts a timer; each call of the result sets the value to the seconds since then. */
  startTimer(): EndTimer;
  /** Calls a function and sets the value to the seconds until its end, as {@linkcode Histogram.time}. */
  time<Result>(call: () => Result): Result;
}

/**
 * The options of a gauge.
 *
 * @category Instruments
 */
export interface GaugeShape {
  /**
   * How the values of several threads or processes become one; `liveSum` by default, because a
   * gauge describes current state, which ends with its thread. A registry of one thread only passes
   * it on.
   */
  readonly merge?: GaugeMerge;
}

/**
 * A family of gauges: one name, and a gauge for each label set.
 *
 * @example
 * ```ts
 * import { type GaugeFamily, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const queues: GaugeFamily<{ queue: string }> = registry.gauge({
 *   name: "queue_length",
 *   help: "Jobs that wait, by queue.",
 *   labels: ["queue"],
 * });
 * queues.set({ queue: "mail" }, 3);
 * queues.inc({ queue: "mail" });
 * assertEquals(queues.labels({ queue: "mail" }).get(), 4);
 * ```
 *
 * @category Instruments
 */
export class GaugeFamily<Labels> extends Family<Labels, Gauge> {
  readonly #shape: GaugeShape;
  /** Whether other processes must know when each value was set. */
  readonly #isTimed: boolean;

  /** A family that is not registered yet. */
  constructor(definition: FamilyDefinition & GaugeShape) {
    super("gauge", definition);
    const { name, merge } = definition;
    if (merge !== undefined && !isGaugeMerge(merge)) {
      throw new RegistrationError(`${name}: merge ${display(merge)} is no way to merge`);
    }
    this.#shape = merge === undefined ? {} : { merge };
    this.#isTimed = readMerge(merge).operation === "mostRecent";
  }

  /** Sets the value of one series. */
  set(set: Labels, value: number): void {
    if (typeof value !== "number") {
      return this.accepts(set) ? refuseNumber(this.refusals, value) : undefined;
    }
    this.labels(set).set(value);
  }

  /** Adds to the value of one series; 1 by default. */
  inc(set: Labels, by = 1): void {
    if (typeof by !== "number") {
      return this.accepts(set) ? refuseNumber(this.refusals, by) : undefined;
    }
    this.labels(set).inc(by);
  }

  /** Subtracts from the value of one series; 1 by default. */
  dec(set: Labels, by = 1): void {
    if (typeof by !== "number") {
      return this.accepts(set) ? refuseNumber(this.refusals, by) : undefined;
    }
    this.labels(set).dec(by);
  }

  /** Sets the value of one series to the time, in seconds since 1970. */
  setToCurrentTime(set: Labels): void {
    this.labels(set).setToCurrentTime();
  }

  /** Counts calls in progress in one series, as {@linkcode Gauge.trackInProgress} does. */
  trackInProgress<Result>(set: Labels, call: () => Result): Result {
    checkCall(this.header.name, call);
    return this.labels(set).trackInProgress(call);
  }

  /** Starts a timer of one series; each call of the result sets its value to the seconds since then. */
  startTimer(set: Labels): EndTimer;
  /**
   * Starts a timer whose labels are known only at its end, such as the outcome of a call.
   *
   * @returns A function that sets the seconds since the start as the value of the series with the
   * given labels, and returns them.
   */
  startTimer(): (set: Labels) => number;
  startTimer(set?: Labels): EndTimer | ((set: Labels) => number) {
    if (set !== undefined) return this.labels(set).startTimer();
    return startTimer((seconds, ending: Labels) => this.set(ending, seconds));
  }

  /** Calls a function and sets the value of one series to the seconds of it, as {@linkcode Gauge.time} does. */
  time<Result>(set: Labels, call: () => Result): Result {
    checkCall(this.header.name, call);
    return this.labels(set).time(call);
  }

  /** @internal A snapshot of all values. */
  protected override snapshot({ labels, children }: FamilySeries<Gauge>): GaugeSnapshot {
    const values = readValues(children);
    const snapshot = { type: "gauge", ...this.header, ...this.#shape, labels, values } as const;
    if (!this.#isTimed) return snapshot;
    const times = Float64Array.from(children, (child) => (child as NotingGauge).written);
    return { ...snapshot, times };
  }

  /** Whether no value has changed. That of a gauge whose most recent value counts may be as new. */
  protected override isUnchanged(last: GaugeSnapshot, children: readonly Gauge[]): boolean {
    return !this.#isTimed && areValues(last.values, children);
  }

  /** The number of writes: a gauge that is set to its present value is not idle. */
  protected override activityOf(child: Gauge): number {
    return (child as LocalGauge).activity;
  }

  /** Back to 0. */
  protected override resetChild(child: Gauge): void {
    (child as LocalGauge).reset();
  }

  /** Makes the gauge of a new series. */
  protected override createChild(): Gauge {
    return this.mayIdle || this.#isTimed
      ? new NotingGauge(this.refusals)
      : new LocalGauge(this.refusals);
  }
}

/** A gauge whose value is a field: the fastest place for it in one thread. */
class LocalGauge extends BaseGauge implements Gauge {
  #value = 0;

  override set(value: number): void {
    if (typeof value !== "number") return this.refuse(value);
    this.#value = value;
  }

  override inc(by = 1): void {
    if (typeof by !== "number") return this.refuse(by);
    this.#value += by;
  }

  override dec(by = 1): void {
    if (typeof by !== "number") return this.refuse(by);
    this.#value -= by;
  }

  override get(): number {
    return this.#value + 0;
  }

  /** The value, and -0 if there was no write since a reset. */
  get activity(): number {
    return this.#value;
  }

  /** A gauge that was set to 0 since can be told from one that was not. */
  reset(): void {
    this.#value = -0;
    forgetProgress(this);
  }
}

/** A gauge that notes its writes, for families whose series may expire, or the most recent counts. */
class NotingGauge extends LocalGauge {
  #writes = 0;
  /** When the last one was, in seconds since 1970. */
  written = 0;

  override get activity(): number {
    return this.#writes;
  }

  override set(value: number): void {
    super.set(value);
    this.#note(value);
  }

  override inc(by?: number): void {
    super.inc(by);
    this.#note(by);
  }

  override dec(by?: number): void {
    super.dec(by);
    this.#note(by);
  }

  override reset(): void {
    super.reset();
    this.written = 0;
  }

  /** A value that was refused is no write. */
  #note(value: number | undefined): void {
    if (value !== undefined && typeof value !== "number") return;
    this.#writes++;
    this.written = unixSeconds();
  }
}
