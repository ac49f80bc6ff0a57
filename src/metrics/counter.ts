import { InvalidValueError } from "../core/errors.ts";
import { Family, type FamilyDefinition } from "../core/family.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import { whenEnded } from "./ended.ts";
import { readValues } from "./read_values.ts";

/** A class of errors, as `instanceof` takes it. */
// deno-lint-ignore no-explicit-any
export type ErrorClass = abstract new (...parameters: any[]) => unknown;

/**
 * A counter: a total that only grows, such as requests served or bytes read.
 *
 * Source: https://prometheus.io/docs/instrumenting/writing_clientlibs/#counter
 */
export interface Counter {
  /**
   * Adds to the total; 1 by default.
   *
   * @throws {InvalidValueError} Where the increment is negative, infinite or not a number. The
   * total stays as it was.
   */
  inc(by?: number): void;
  /** The total now. */
  get(): number;
  /**
   * Calls a function and counts it where it throws or its promise rejects. The caller gets the
   * result or the error unchanged.
   *
   * @param type Counts only errors of this class.
   */
  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result;
}

/** Counters of one name, by labels. */
export class CounterFamily<Labels> extends Family<Labels, Counter> {
  /** A family that is not registered yet. */
  constructor(definition: FamilyDefinition) {
    super("counter", definition);
  }

  /**
   * Adds to the total of one series; 1 by default.
   *
   * @throws {InvalidLabelError} Where the label set does not fit the family.
   * @throws {InvalidValueError} Where the increment is negative, infinite or not a number.
   */
  inc(set: Labels, by = 1): void {
    this.labels(set).inc(by);
  }

  /** The totals of all series now. */
  override collect(): readonly MetricFamily[] {
    const { labels, children } = this.series();
    return [{ type: "counter", ...this.header, labels, values: readValues(children) }];
  }

  /** Makes the counter of a new series. */
  protected override createChild(): Counter {
    return new FieldCounter(this.header.name);
  }
}

/** A counter whose total is a field of its own: the fastest place for it in one thread. */
class FieldCounter implements Counter {
  readonly #family: string;
  #total = 0;

  constructor(family: string) {
    this.#family = family;
  }

  inc(by = 1): void {
    if (!(by >= 0 && by < Infinity && typeof by === "number")) this.#refuse(by);
    this.#total += by;
  }

  get(): number {
    return this.#total;
  }

  countExceptions<Result>(call: () => Result, type?: ErrorClass): Result {
    return whenEnded(call, (outcome) => {
      if (outcome.failed && (type === undefined || outcome.error instanceof type)) this.inc();
    });
  }

  #refuse(by: unknown): never {
    throw new InvalidValueError(
      this.#family,
      by,
      "a finite number from 0 up; a counter only grows, use a gauge for what goes down",
    );
  }
}
