import { CollectionError, display } from "../errors.ts";
import { aList, required } from "../options.ts";
import type {
  BucketedSnapshot,
  CounterSnapshot,
  GaugeHistogramSnapshot,
  GaugeSnapshot,
  HistogramSnapshot,
  InfoSnapshot,
  StateSetSnapshot,
  SummarySnapshot,
  UnknownSnapshot,
} from "../snapshot.ts";
import { constBase, numberColumn, rowsColumn } from "./const_columns.ts";
import type {
  ConstBuckets,
  ConstFamily,
  ConstSample,
  ConstSeries,
  ConstStateSetSample,
  ConstSummarySample,
} from "./const_samples.ts";

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
 *
 * @category Collectors
 */
export function constCounter(family: ConstFamily<ConstSample>): CounterSnapshot {
  return { type: "counter", ...valuesOf(family) };
}

/**
 * A gauge family for one collection, from values that live elsewhere.
 *
 * @example
 * ```ts
 * import { constGauge, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constGauge({
 *   name: "pool_connections",
 *   help: "Connections, by state.",
 *   samples: [{ labels: { state: "idle" }, value: 3 }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'pool_connections{state="idle"} 3');
 * ```
 *
 * @category Collectors
 */
export function constGauge(family: ConstFamily<ConstSample>): GaugeSnapshot {
  return { type: "gauge", ...valuesOf(family) };
}

/**
 * A family of unknown type for one collection, such as one read from another system.
 *
 * @example
 * ```ts
 * import { constUnknown, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constUnknown({
 *   name: "reading",
 *   help: "What the other system says.",
 *   samples: [{ value: 21.5 }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, "reading 21.5");
 * ```
 *
 * @category Collectors
 */
export function constUnknown(family: ConstFamily<ConstSample>): UnknownSnapshot {
  return { type: "unknown", ...valuesOf(family) };
}

/**
 * An info family for one collection. Its name ends in `_info`.
 *
 * @example
 * ```ts
 * import { constInfo, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constInfo({
 *   name: "build_info",
 *   help: "What runs.",
 *   samples: [{ labels: { version: "1.2.3" } }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'build_info{version="1.2.3"} 1');
 * ```
 *
 * @category Collectors
 */
export function constInfo(family: ConstFamily<ConstSeries>): InfoSnapshot {
  return { type: "info", ...constBase(family) };
}

/**
 * A state set family for one collection.
 *
 * @example
 * ```ts
 * import { constStateSet, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constStateSet({
 *   name: "pump",
 *   help: "What the pump does.",
 *   states: ["idle", "running"],
 *   samples: [{ on: ["running"] }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'pump{pump="running"} 1');
 * ```
 *
 * @category Collectors
 */
export function constStateSet(
  family: ConstFamily<ConstStateSetSample> & {
    /** The names of the states. */
    readonly states: readonly string[];
  },
): StateSetSnapshot {
  const base = constBase(family, { states: required(aList) });
  const { samples, states } = family;
  const values = rowsColumn(base.name, "values", samples, states.length, ({ on }) => {
    const unknown = Array.isArray(on) ? on.filter((state) => !states.includes(state)) : [on];
    if (unknown.length === 0) return states.map((state) => on.includes(state) ? 1 : 0);
    throw new CollectionError(
      `${base.name}: on has ${display(unknown[0])}; give a list of its states`,
    );
  });
  return { type: "stateset", ...base, states, values };
}

/**
 * A summary family for one collection.
 *
 * @throws {CollectionError} If a sample does not have one value for each quantile.
 *
 * @example
 * ```ts
 * import { constSummary, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constSummary({
 *   name: "rpc_seconds",
 *   help: "Time of a call.",
 *   quantiles: [0.5],
 *   samples: [{ count: 10, sum: 2.5, values: [0.2] }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'rpc_seconds{quantile="0.5"} 0.2');
 * ```
 *
 * @category Collectors
 */
export function constSummary(
  family: ConstFamily<ConstSummarySample> & {
    /** The quantiles, ascending; none by default. */
    readonly quantiles?: readonly number[];
  },
): SummarySnapshot {
  const base = constBase(family, { quantiles: aList });
  const { samples, quantiles = [] } = family;
  const { name } = base;
  return {
    type: "summary",
    ...base,
    quantiles,
    values: rowsColumn(name, "values", samples, quantiles.length, ({ values = [] }) => values),
    counts: numberColumn(name, "count", samples, ({ count }) => count),
    sums: numberColumn(name, "sum", samples, ({ sum }) => sum),
  };
}

/**
 * A histogram family for one collection, from counts that live elsewhere.
 *
 * @throws {CollectionError} If a sample does not have one bucket more than there are bounds.
 *
 * @example
 * ```ts
 * import { constHistogram, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constHistogram({
 *   name: "rpc_seconds",
 *   help: "Time of a call.",
 *   bounds: [0.1, 1],
 *   samples: [{ buckets: [7, 2, 1], sum: 3.5 }], // 10 calls, one of them longer than 1 s
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'rpc_seconds_bucket{le="1.0"} 9');
 * ```
 *
 * @category Collectors
 */
export function constHistogram(family: ConstBuckets): HistogramSnapshot {
  return { type: "histogram", ...bucketsOf(family) };
}

/**
 * A gauge histogram family for one collection: a distribution as it is now, such as the sizes of
 * the files in a folder.
 *
 * @throws {CollectionError} If a sample does not have one bucket more than there are bounds.
 *
 * @example
 * ```ts
 * import { constGaugeHistogram, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const family = constGaugeHistogram({
 *   name: "file_size_bytes",
 *   help: "Sizes of the files that are there now.",
 *   bounds: [1024],
 *   samples: [{ buckets: [3, 1], sum: 70_000 }],
 * });
 * const page = new TextDecoder().decode(prometheusText.encode([family]));
 * assertStringIncludes(page, 'file_size_bytes_bucket{le="1024.0"} 3');
 * ```
 *
 * @category Collectors
 */
export function constGaugeHistogram(family: ConstBuckets): GaugeHistogramSnapshot {
  return { type: "gaugehistogram", ...bucketsOf(family) };
}

function valuesOf(family: ConstFamily<ConstSample>): Omit<GaugeSnapshot, "type"> {
  const base = constBase(family);
  const values = numberColumn(base.name, "value", family.samples, ({ value }) => value);
  return { ...base, values };
}

function bucketsOf(family: ConstBuckets): BucketedSnapshot {
  const base = constBase(family, { bounds: required(aList) });
  const { samples, bounds } = family;
  return {
    ...base,
    bounds,
    buckets: rowsColumn(base.name, "buckets", samples, bounds.length + 1, (each) => each.buckets),
    sums: numberColumn(base.name, "sum", samples, ({ sum }) => sum),
  };
}
