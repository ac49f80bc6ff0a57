// A constant of its own: reading a property of `fields` at the top level would keep it in each bundle.
export const histogramFields = {
  count: 1,
  sum: 2,
  bucket: 3,
  floatCount: 4,
  schema: 5,
  zeroThreshold: 6,
  zeroCount: 7,
  floatZeroCount: 8,
  negativeSpan: 9,
  negativeDelta: 10,
  negativeFloat: 11,
  positiveSpan: 12,
  positiveDelta: 13,
  positiveFloat: 14,
  created: 15,
  exemplar: 16,
} as const;

/**
 * The field numbers of the messages in `io.prometheus.client`, by message.
 *
 * Source: https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto
 */
export const fields = {
  metricFamily: { name: 1, help: 2, type: 3, metric: 4, unit: 5 },
  metric: { label: 1, gauge: 2, counter: 3, summary: 4, untyped: 5, timestamp: 6, histogram: 7 },
  labelPair: { name: 1, value: 2 },
  gauge: { value: 1 },
  untyped: { value: 1 },
  counter: { value: 1, exemplar: 2, created: 3 },
  summary: { count: 1, sum: 2, quantile: 3, created: 4 },
  quantile: { quantile: 1, value: 2 },
  histogram: histogramFields,
  bucket: { cumulativeCount: 1, upperBound: 2, exemplar: 3, floatCumulativeCount: 4 },
  bucketSpan: { offset: 1, length: 2 },
  exemplar: { label: 1, value: 2, timestamp: 3 },
  timestamp: { seconds: 1, nanoseconds: 2 },
} as const;
