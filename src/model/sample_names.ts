import { metricTypes } from "./metric_types.ts";
import type { MetricType } from "./snapshot.ts";

/**
 * The names under which a family writes samples, its own name included.
 *
 * If two families had one in common, samples of one name would be in two places of a page.
 */
export function sampleNames(type: MetricType, name: string): readonly string[] {
  const { suffixes } = metricTypes[type];
  return suffixes === undefined ? [name] : [name, ...suffixes.map((suffix) => name + suffix)];
}
