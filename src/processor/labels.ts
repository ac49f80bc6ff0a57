/**
 * How an event ended.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, ResultLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordEventProcessed(ResultLabel.Success);
 * ```
 *
 * @category Stream processor
 */
export const ResultLabel = {
  /** Processed without an error. */
  Success: "success",
  /** Failed. */
  Error: "error",
  /** Discarded, for example because it was a duplicate or too late. */
  Dropped: "dropped",
  /** Excluded by a filter. */
  Filtered: "filtered",
} as const;
/** How an event ended. */
export type ResultLabel = (typeof ResultLabel)[keyof typeof ResultLabel];

/**
 * An operation on a state backend.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, OperationLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordStateOperation(OperationLabel.Get, "redis", 0.001);
 * ```
 *
 * @category Stream processor
 */
export const OperationLabel = {
  /** Read one entry. */
  Get: "get",
  /** Write one entry. */
  Put: "put",
  /** Delete one entry. */
  Delete: "delete",
  /** Read a range of entries. */
  Scan: "scan",
  /** Read several entries by key. */
  BatchGet: "batch_get",
  /** Write several entries. */
  BatchPut: "batch_put",
} as const;
/** An operation on a state backend. */
export type OperationLabel = (typeof OperationLabel)[keyof typeof OperationLabel];

/**
 * A state backend.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, BackendLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordStateOperation("get", BackendLabel.Redis, 0.001);
 * ```
 *
 * @category Stream processor
 */
export const BackendLabel = {
  /** The memory of the process. */
  InMemory: "in_memory",
  /** Sled, an embedded store. */
  Sled: "sled",
  /** Redis. */
  Redis: "redis",
  /** PostgreSQL. */
  Postgres: "postgres",
} as const;
/** A state backend. */
export type BackendLabel = (typeof BackendLabel)[keyof typeof BackendLabel];

/**
 * A layer of the state cache; the first is the fastest.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, CacheLayerLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordCacheHit(CacheLayerLabel.L1);
 * ```
 *
 * @category Stream processor
 */
export const CacheLayerLabel = {
  /** The first layer. */
  L1: "l1",
  /** The second layer. */
  L2: "l2",
  /** The third layer. */
  L3: "l3",
} as const;
/** A layer of the state cache; the first is the fastest. */
export type CacheLayerLabel = (typeof CacheLayerLabel)[keyof typeof CacheLayerLabel];

/**
 * A strategy to fill a gap in a time series.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, StrategyLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordFillOperation(StrategyLabel.Linear);
 * ```
 *
 * @category Stream processor
 */
export const StrategyLabel = {
  /** With the value before it. */
  Forward: "forward",
  /** With the value after it. */
  Backward: "backward",
  /** On the line between the values around it. */
  Linear: "linear",
  /** With zero. */
  Zero: "zero",
  /** Not at all: the gap is dropped. */
  Drop: "drop",
} as const;
/** A strategy to fill a gap in a time series. */
export type StrategyLabel = (typeof StrategyLabel)[keyof typeof StrategyLabel];

/**
 * A type of window of a stream.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, WindowTypeLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordWindowCreated(WindowTypeLabel.Session);
 * ```
 *
 * @category Stream processor
 */
export const WindowTypeLabel = {
  /** Adjacent windows of equal length. */
  Tumbling: "tumbling",
  /** Overlapping windows of equal length. */
  Sliding: "sliding",
  /** A window lasts as long as events follow each other without a gap. */
  Session: "session",
} as const;
/** A type of window of a stream. */
export type WindowTypeLabel = (typeof WindowTypeLabel)[keyof typeof WindowTypeLabel];
