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
 */
export const ResultLabel = {
  /** Processed as it should be. */
  Success: "success",
  /** Failed. */
  Error: "error",
  /** Given up, for example as a duplicate or too late. */
  Dropped: "dropped",
  /** Left out by a filter. */
  Filtered: "filtered",
} as const;
/** How an event ended. */
export type ResultLabel = (typeof ResultLabel)[keyof typeof ResultLabel];

/**
 * What was asked of a state backend.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, OperationLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordStateOperation(OperationLabel.Get, "redis", 0.001);
 * ```
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
/** What was asked of a state backend. */
export type OperationLabel = (typeof OperationLabel)[keyof typeof OperationLabel];

/**
 * Where state is kept.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, BackendLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordStateOperation("get", BackendLabel.Redis, 0.001);
 * ```
 */
export const BackendLabel = {
  /** In the process' own memory. */
  InMemory: "in_memory",
  /** In Sled, an embedded store. */
  Sled: "sled",
  /** In Redis. */
  Redis: "redis",
  /** In PostgreSQL. */
  Postgres: "postgres",
} as const;
/** Where state is kept. */
export type BackendLabel = (typeof BackendLabel)[keyof typeof BackendLabel];

/**
 * A layer of the state cache, from the fastest on.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, CacheLayerLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordCacheHit(CacheLayerLabel.L1);
 * ```
 */
export const CacheLayerLabel = {
  /** The first layer. */
  L1: "l1",
  /** The second layer. */
  L2: "l2",
  /** The third layer. */
  L3: "l3",
} as const;
/** A layer of the state cache, from the fastest on. */
export type CacheLayerLabel = (typeof CacheLayerLabel)[keyof typeof CacheLayerLabel];

/**
 * How a gap in a time series is filled.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, StrategyLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordFillOperation(StrategyLabel.Linear);
 * ```
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
/** How a gap in a time series is filled. */
export type StrategyLabel = (typeof StrategyLabel)[keyof typeof StrategyLabel];

/**
 * How a stream is cut into windows.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, ProcessorMetrics, WindowTypeLabel } from "@edgeprom/edgeprom";
 *
 * const metrics = new ProcessorMetrics(new MetricsRegistry());
 * metrics.recordWindowCreated(WindowTypeLabel.Session);
 * ```
 */
export const WindowTypeLabel = {
  /** One after the other, of equal length. */
  Tumbling: "tumbling",
  /** Overlapping, of equal length. */
  Sliding: "sliding",
  /** As long as events follow each other without a gap. */
  Session: "session",
} as const;
/** How a stream is cut into windows. */
export type WindowTypeLabel = (typeof WindowTypeLabel)[keyof typeof WindowTypeLabel];
