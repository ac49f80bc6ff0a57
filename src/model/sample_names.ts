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
 * Two families that share one would put samples of one name into two places of a page.
 */
export function sampleNames(type: MetricType, name: string): readonly string[] {
  return suffixes[type].map((suffix) => name + suffix);
}

/** Whether it is the name of a type. */
export function isMetricType(type: unknown): type is MetricType {
  return typeof type === "string" && Object.hasOwn(suffixes, type);
}
