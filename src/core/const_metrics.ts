import { CollectionError } from "./errors.ts";
import { type LabelRecord, labelTable } from "./label_table.ts";
import type {
  CounterSnapshot,
  FamilyHeader,
  GaugeSnapshot,
  HistogramSnapshot,
} from "./snapshot.ts";

/** One series of a constant counter or gauge. */
export interface ConstSample {
  /** The labels of the series; none by default. */
  readonly labels?: LabelRecord;
  /** The value now. */
  readonly value: number;
}

/** One series of a constant histogram. */
export interface ConstHistogramSample {
  /** The labels of the series; none by default. */
  readonly labels?: LabelRecord;
  /** Observations in each bucket alone, not cumulated: one more than there are bounds. */
  readonly buckets: readonly number[];
  /** The sum of all observed values. */
  readonly sum: number;
}

/**
 * A counter family for one collection, from values that live elsewhere.
 *
 * @example
 * ```ts
 * import { type Collector, constCounter } from "@edgeprom/edgeprom";
 *
 * const pool = { served: { read: 12, write: 3 } };
 * const collector: Collector = {
 *   collect: () => [constCounter({
 *     name: "pool_requests_total",
 *     help: "Requests that the pool has served.",
 *     samples: Object.entries(pool.served).map(([kind, value]) => ({ labels: { kind }, value })),
 *   })],
 * };
 * ```
 */
export function constCounter(
  definition: FamilyHeader & { readonly samples: readonly ConstSample[] },
): CounterSnapshot {
  return { type: "counter", ...valuesOf(definition) };
}

/** A gauge family for one collection, from values that live elsewhere. */
export function constGauge(
  definition: FamilyHeader & { readonly samples: readonly ConstSample[] },
): GaugeSnapshot {
  return { type: "gauge", ...valuesOf(definition) };
}

/**
 * A histogram family for one collection, from counts that live elsewhere.
 *
 * @throws {CollectionError} Where a sample has not one bucket more than there are bounds.
 */
export function constHistogram(
  definition: FamilyHeader & {
    /** The upper bounds of the buckets, ascending, without `+Inf`. */
    readonly bounds: readonly number[];
    /** The series. */
    readonly samples: readonly ConstHistogramSample[];
  },
): HistogramSnapshot {
  const { samples, ...header } = definition;
  const size = definition.bounds.length + 1;
  for (const { buckets } of samples) {
    if (buckets.length !== size) {
      throw new CollectionError(
        `${header.name}: ${buckets.length} buckets for ${size - 1} bounds; give ${size}, ` +
          `the last for +Inf`,
      );
    }
  }
  return {
    type: "histogram",
    ...header,
    labels: labelTable(samples.map((sample) => sample.labels ?? {})),
    buckets: Float64Array.from(samples.flatMap((sample) => sample.buckets)),
    sums: Float64Array.from(samples, (sample) => sample.sum),
  };
}

function valuesOf(
  definition: FamilyHeader & { readonly samples: readonly ConstSample[] },
): Omit<CounterSnapshot, "type"> {
  const { samples, ...header } = definition;
  return {
    ...header,
    labels: labelTable(samples.map((sample) => sample.labels ?? {})),
    values: Float64Array.from(samples, (sample) => sample.value),
  };
}
