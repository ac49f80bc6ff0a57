import type { LabelSet } from "../../model/family/labels.ts";
import { tableOf } from "../../model/label_table.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { PageObject, PageSample } from "../pages/page_metric.ts";
import { plainLabels, withDefaultColumns } from "./label_rows.ts";

/** A series of a metric with samples of several kinds. */
interface Series {
  readonly labels: Record<string, string>;
  /** Values by bound or quantile. */
  readonly values: Map<number, number>;
  sum: number;
  count: number;
}

/**
 * A metric that is not one of ours as a family of this package. What is no counter, gauge, histogram
 * or summary is of unknown type.
 *
 * @param name Its name in the registry.
 * @param defaults Labels of series that have no such label.
 */
export function foreignFamily(
  name: string,
  { help, type, values = [] }: PageObject,
  defaults: LabelSet,
): MetricFamily {
  if (type === "histogram" || type === "summary") {
    const series = seriesOf(values, type === "histogram" ? "le" : "quantile");
    const labels = withDefaultColumns(tableOf(series, ({ labels }) => labels), defaults);
    return {
      name,
      help,
      labels,
      ...(type === "histogram" ? bucketsOf(series) : quantilesOf(series)),
    };
  }
  const labels = tableOf(values, (sample) => plainLabels(labelsOf(sample)));
  return {
    name,
    help,
    labels: withDefaultColumns(labels, defaults),
    type: type === "counter" || type === "gauge" ? type : "unknown",
    values: Float64Array.from(values, ({ value }) => Number(value)),
  };
}

function labelsOf({ labels, sharedLabels }: PageSample): LabelSet {
  return { ...labels, ...sharedLabels };
}

/** Samples by series, which `own` tells apart within one. */
function seriesOf(samples: readonly PageSample[], own: string): readonly Series[] {
  const all = new Map<string, Series>();
  for (const sample of samples) {
    const given = labelsOf(sample);
    const labels = plainLabels(given, own);
    const key = JSON.stringify(Object.entries(labels).sort());
    const series = all.get(key) ?? { labels, values: new Map(), sum: 0, count: 0 };
    all.set(key, series);
    const value = Number(sample.value);
    const { metricName = "" } = sample;
    if (Object.hasOwn(given, own)) series.values.set(boundOf(given[own]), value);
    else if (metricName.endsWith("_sum")) series.sum = value;
    else if (metricName.endsWith("_count")) series.count = value;
  }
  return [...all.values()];
}

function boundOf(text: unknown): number {
  return text === "+Inf" ? Infinity : Number(text);
}

/** All bounds or quantiles that a series has, ascending. */
function positionsOf(series: readonly Series[]): readonly number[] {
  const all = new Set(series.flatMap(({ values }) => [...values.keys()]));
  return [...all].sort((one, other) => one - other);
}

function bucketsOf(series: readonly Series[]) {
  const bounds = positionsOf(series).filter((bound) => bound !== Infinity);
  const buckets = series.flatMap(({ values, count }) => {
    let below = 0;
    return [...bounds, Infinity].map((bound) => {
      // A bucket that is missing has what those before it have.
      const cumulated = bound === Infinity
        ? values.get(bound) ?? count
        : values.get(bound) ?? below;
      const alone = cumulated - below;
      below = cumulated;
      return alone;
    });
  });
  return {
    type: "histogram" as const,
    bounds,
    buckets: Float64Array.from(buckets),
    sums: Float64Array.from(series, ({ sum }) => sum),
  };
}

function quantilesOf(series: readonly Series[]) {
  const quantiles = positionsOf(series);
  return {
    type: "summary" as const,
    quantiles,
    values: Float64Array.from(
      series.flatMap(({ values }) => quantiles.map((quantile) => values.get(quantile) ?? NaN)),
    ),
    counts: Float64Array.from(series, ({ count }) => count),
    sums: Float64Array.from(series, ({ sum }) => sum),
  };
}
