import type { RecordOptions } from "../model/exemplar.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { FamilySeries } from "../model/family/series_table.ts";
import type { CounterSnapshot } from "../model/snapshot.ts";
import {
  BaseCounter,
  checkErrorClass,
  type ErrorClass,
  isIncrement,
  refuseIncrement,
} from "./base_counter.ts";
import { FamilyExemplars } from "./family_exemplars.ts";
import { checkCall } from "./calls/measure_call.ts";
import { areValues, readValues } from "./read_values.ts";

export type { ErrorClass };

/**
 * A counter: a total that only grows, such as requests served or bytes read.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#counter
 *
 * @category Instruments
 */
export interface Counter {
  /**
   * Adds to the total; 1 by default.
   *
   * @throws {InvalidValueError} If the increment is negative, infinite or not a number. The
   * total is then unchanged.
   */
  inc(by?: number, options?: RecordOptions): void;
  /** The total now. */
  get(): number;
  /**
   * Calls a function and counts it if it throws, its promise rejects, or a step of its generator
   * fails. The caller gets the result or the error unchanged.
   *
   * @param type The class of errors to count; all by default.
   * @throws {InvalidValueError} If it is not a function, or the type not a class.
   */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result;
}

/**
 * A family of counters: one name, and a counter for each label set.
 *
 * @example
 * ```ts
 * import { type CounterFamily, MetricsRegistry } from "@edgeprom/edgeprom/core";
 * import { assertEquals } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * const jobs: CounterFamily<{ result: "ok" | "failed" }> = registry.counter({
 *   name: "jobs_total",
 *   help: "Jobs done, by how they ended.",
 *   labels: { result: ["ok", "failed"] },
 * });
 * jobs.inc({ result: "ok" });
 * assertEquals(jobs.labels({ result: "ok" }).get(), 1);
 * ```
 *
 * @category Instruments
 */
export class CounterFamily<Labels> extends Family<Labels, Counter> {
  readonly #exemplars: FamilyExemplars<Counter>;

  /** A family that is not registered yet. */
  constructor(definition: FamilyDefinition) {
    super("counter", definition);
    this.#exemplars = new FamilyExemplars(this.refusals, definition);
  }

  /**
   * Adds to the total of one series; 1 by default.
   *
   * @throws {InvalidLabelError} If the label set does not fit the family.
   * @throws {InvalidValueError} If the increment is negative, infinite or not a number.
   */
  inc(set: Labels, by = 1, options?: RecordOptions): void {
    // Before the series is made: what is refused leaves nothing behind.
    if (!isIncrement(by)) return this.accepts(set) ? refuseIncrement(this.refusals, by) : undefined;
    if (options !== undefined && this.#exemplars.refuses(options)) return;
    this.labels(set).inc(by, options);
  }

  /** Calls a function and counts its failure in one series, as {@linkcode Counter.countExceptions}. */
  countExceptions<Result>(set: Labels, call: () => Result, type?: ErrorClass): Result {
    checkCall(this.header.name, call);
    checkErrorClass(this.header.name, type);
    return this.labels(set).countExceptions(call, type);
  }

  /** @internal A snapshot of all totals. */
  protected override snapshot(
    { labels, children, created }: FamilySeries<Counter>,
  ): CounterSnapshot {
    const values = readValues(children);
    const exemplars = this.#exemplars.latest(children);
    return { type: "counter", ...this.header, labels, created, values, exemplars };
  }

  /** Whether no total has changed. With exemplars that is unknown: each may be another. */
  protected override isUnchanged(last: CounterSnapshot, children: readonly Counter[]): boolean {
    return !this.#exemplars.hasAny && areValues(last.values, children);
  }

  /** The total, which each increment changes, and even one of 0 after a reset. */
  protected override activityOf(child: Counter): number {
    return (child as LocalCounter).activity;
  }

  /** Back to 0, without an exemplar. */
  protected override resetChild(child: Counter): void {
    (child as LocalCounter).reset();
    this.#exemplars.forget(child);
  }

  /** Makes the counter of a new series. */
  protected override createChild(): Counter {
    return new LocalCounter(this.#exemplars);
  }
}

/**
 * A counter whose total is a field: the fastest place for it in one thread. It has no private
 * methods, because an object of a class that has some is 8 bytes larger in V8.
 */
class LocalCounter extends BaseCounter implements Counter {
  readonly #exemplars: FamilyExemplars<Counter>;
  #total = 0;

  constructor(exemplars: FamilyExemplars<Counter>) {
    super();
    this.#exemplars = exemplars;
  }

  protected override get family(): string {
    return this.#exemplars.family;
  }

  override inc(by = 1, options?: RecordOptions): void {
    if (!isIncrement(by)) return refuseIncrement(this.#exemplars.refusals, by);
    if (options !== undefined || this.#exemplars.source !== undefined) {
      if (this.#exemplars.refuses(options)) return;
      this.#exemplars.record(this, by, options);
    }
    this.#total += by;
  }

  get(): number {
    return this.#total + 0;
  }

  /** The total, and -0 if there was no increment since a reset. */
  get activity(): number {
    return this.#total;
  }

  /** An increment by 0 can be told from none, as -0 + 0 is 0. */
  reset(): void {
    this.#total = -0;
  }
}
