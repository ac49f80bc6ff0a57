/** What a program may say about its default metrics. */
export interface DefaultMetricsConfig {
  /** The registry that gets them; the client's global registry by default. */
  readonly register?: unknown;
  /** What every name begins with. */
  readonly prefix?: string;
  /** Labels that every series has. */
  readonly labels?: object;
  /** Whether the counters have exemplars with the current span of OpenTelemetry. */
  readonly enableExemplars?: boolean;
  /** Milliseconds between two measurements of the event loop's delay; 10 by default. */
  readonly eventLoopMonitoringPrecision?: number;
  /** Upper bounds of the durations of garbage collections, in seconds. */
  readonly gcDurationBuckets?: number[];
  /** Milliseconds between two measurements of the event loop's utilization; 100 by default. */
  readonly eventLoopUtilizationTimeout?: number;
  /** Upper bounds of the utilization. */
  readonly eventLoopUtilizationBuckets?: number[];
  /** Quantiles of the utilization. */
  readonly eventLoopUtilizationPercentiles?: number[];
  /** The age in seconds from which the utilization is forgotten; 60 by default. */
  readonly eventLoopUtilizationMaxAgeSeconds?: number;
  /** The number of steps in which it is; 5 by default. */
  readonly eventLoopUtilizationAgeBuckets?: number;
}
