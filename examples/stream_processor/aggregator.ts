import type { ProcessorMetrics } from "@edgeprom/edgeprom";
import { startStopwatch } from "./time.ts";

/** Value of the label `aggregate_type`. */
export type AggregateType = "count" | "sum" | "avg" | "max";

/** An aggregate has no value for what it was given. */
export class AggregationError extends Error {
  override readonly name = "AggregationError";
}

/** All aggregates by their name. */
export const AGGREGATES: Readonly<Record<AggregateType, (values: readonly number[]) => number>> = {
  count: (values) => values.length,
  sum: (values) => values.reduce((total, value) => total + value, 0),
  avg: (values) => AGGREGATES.sum(someOf(values)) / values.length,
  max: (values) => someOf(values).reduce((highest, value) => Math.max(highest, value)),
};

/** Computes aggregates and measures how long each takes. */
export class Aggregator {
  readonly #metrics: ProcessorMetrics;

  constructor(metrics: ProcessorMetrics) {
    this.#metrics = metrics;
  }

  /**
   * The aggregate of the values, or null if they have none, as an average of nothing; that is
   * counted as an error.
   */
  compute(type: "count" | "sum", values: readonly number[]): number;
  compute(type: AggregateType, values: readonly number[]): number | null;
  compute(type: AggregateType, values: readonly number[]): number | null {
    const elapsed = startStopwatch();
    try {
      const result = AGGREGATES[type](values);
      this.#metrics.recordAggregation(type, elapsed());
      return result;
    } catch (error) {
      if (!(error instanceof AggregationError)) throw error;
      this.#metrics.recordAggregationError(type);
      return null;
    }
  }
}

function someOf(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new AggregationError("There is nothing to aggregate");
  return values;
}
