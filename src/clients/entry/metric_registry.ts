/**
 * A registry, as far as a metric has to know it.
 *
 * @internal
 */
export interface MetricRegistry {
  /** Whether its pages can have exemplars. */
  readonly contentType: string;
  /** The page. */
  metrics(): Promise<string>;
  /** Takes a metric. */
  // deno-lint-ignore no-explicit-any -- each client has metrics of its own
  registerMetric(metric: any): void;
}
