import type { MetricType } from "./snapshot.ts";

const suffixes: Readonly<Record<MetricType, readonly string[]>> = {
  counter: [""],
  gauge: [""],
  histogram: ["", "_bucket", "_sum", "_count"],
  gaugehistogram: ["", "_bucket", "_sum", "_count"],
  summary: ["", "_sum", "_count"],
  info: [""],
  stateset: [""],
  unknown: [""],
};

/**
 * The names under which a family writes samples, its own name included.
 *
 * If two families had one in common, samples of one name would be in two places of a page.
 */
export function sampleNames(type: MetricType, name: string): readonly string[] {
  return suffixes[type].map((suffix) => name + suffix);
}

/** Whether it is a metric type. */
export function isMetricType(type: unknown): type is MetricType {
  return typeof type === "string" && Object.hasOwn(suffixes, type);
}
