/**
 * A label set: any of the metric's labels, each with a text or a number. Empty if the metric has no
 * labels.
 *
 * @category Metrics
 */
export type LabelValues<Labels extends string> = Labels extends never
  ? Partial<Record<string, never>>
  : Partial<Record<Labels, string | number>>;

/**
 * A sample with its labels.
 *
 * @category Metrics
 */
export interface MetricValue<Labels extends string> {
  /** The number. */
  value: number;
  /** The labels, as they were given. */
  labels: LabelValues<Labels>;
}

/**
 * A sample whose name may not be that of the metric.
 *
 * @category Metrics
 */
export type MetricValueWithName<Labels extends string> = MetricValue<Labels> & {
  metricName?: string;
};

/**
 * An increment with an exemplar.
 *
 * @category Metrics
 */
export interface IncreaseDataWithExemplar<Labels extends string> {
  /** The increment; 1 by default. */
  value?: number;
  /** The labels of the series. */
  labels?: LabelValues<Labels>;
  /** The labels of the exemplar. */
  exemplarLabels?: LabelValues<Labels>;
}

/**
 * An observation with an exemplar.
 *
 * @category Metrics
 */
export interface ObserveDataWithExemplar<Labels extends string> {
  /** The value. */
  value: number;
  /** The labels of the series. */
  labels?: LabelValues<Labels>;
  /** The labels of the exemplar. */
  exemplarLabels?: LabelValues<Labels>;
}
