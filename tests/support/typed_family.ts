import {
  constCounter,
  constGauge,
  constGaugeHistogram,
  constHistogram,
  constInfo,
  constStateSet,
  constSummary,
  constUnknown,
  type LabelRecord,
  type MetricFamily,
  type MetricType,
} from "../../mod.ts";

/** A family of any type with one series. */
export function familyOf(
  type: MetricType,
  name: string,
  { help = "Help.", labels = {} }: { readonly help?: string; readonly labels?: LabelRecord } = {},
): MetricFamily {
  const header = { name, help };
  const values = { ...header, samples: [{ labels, value: 1 }] };
  const buckets = { ...header, bounds: [1], samples: [{ labels, buckets: [1, 0], sum: 1 }] };
  switch (type) {
    case "counter":
      return constCounter(values);
    case "gauge":
      return constGauge(values);
    case "unknown":
      return constUnknown(values);
    case "info":
      return constInfo(values);
    case "stateset":
      return constStateSet({ ...header, states: ["a"], samples: [{ labels, on: ["a"] }] });
    case "summary":
      return constSummary({ ...header, samples: [{ labels, count: 1, sum: 1 }] });
    case "histogram":
      return constHistogram(buckets);
    case "gaugehistogram":
      return constGaugeHistogram(buckets);
  }
}
