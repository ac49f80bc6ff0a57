import type { IncreaseData, LabelledValue, ObserveData } from "../entry/types.ts";

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
export type MetricValue<Labels extends string> = LabelledValue<LabelValues<Labels>>;

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
export type IncreaseDataWithExemplar<Labels extends string> = IncreaseData<LabelValues<Labels>>;

/**
 * An observation with an exemplar.
 *
 * @category Metrics
 */
export type ObserveDataWithExemplar<Labels extends string> = ObserveData<LabelValues<Labels>>;
