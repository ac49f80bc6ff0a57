import type { RecordOptions } from "../model/exemplar.ts";
import { Family } from "../model/family/family.ts";
import type { FamilyDefinition } from "../model/family/family_definition.ts";
import type { MetricFamily } from "../model/snapshot.ts";
import { BaseCounter, type ErrorClass, refuseIncrement } from "./base_counter.ts";
import { FamilyExemplars } from "./family_exemplars.ts";
import { readValues } from "./read_values.ts";

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
   * Calls a function and counts it if it throws or its promise rejects. The caller gets the result
   * or the error unchanged.
   *
   * @param type The class of errors to count; all by default.
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
    this.#exemplars = new FamilyExemplars(definition);
  }

  /**
   * Adds to the total of one series; 1 by default.
   *
   * @throws {InvalidLabelError} If the label set does not fit the family.
   * @throws {InvalidValueError} If the increment is negative, infinite or not a number.
   */
  inc(set: Labels, by?: number, options?: RecordOptions): void {
    this.labels(set).inc(by, options);
  }

  /** A snapshot of all totals. */
  override collect(): readonly MetricFamily[] {
    const { labels, children, created } = this.series();
    const values = readValues(children);
    const exemplars = this.#exemplars.latest(children);
    return [{ type: "counter", ...this.header, labels, created, values, exemplars }];
  }

  /** The total, which each increment changes. */
  protected override activityOf(child: Counter): number {
    return child.get();
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

  override inc(by = 1, options?: RecordOptions): void {
    if (typeof by !== "number" || !(by >= 0 && by < Infinity)) {
      refuseIncrement(this.#exemplars.family, by);
    }
    if (options !== undefined || this.#exemplars.source !== undefined) {
      this.#exemplars.record(this, by, options);
    }
    this.#total += by;
  }

  get(): number {
    return this.#total;
  }
}
