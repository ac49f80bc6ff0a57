import type { LabelSet } from "../../model/family/labels.ts";
import type { Cell } from "../metrics/cell.ts";
import type { ClientMetric } from "../metrics/metric.ts";
import type { ClientProfile } from "../profile.ts";
import type { PageObject } from "./page_metric.ts";

/** A metric of ours with copies of its samples, its properties in the order of its own `get()`. */
export function objectOf(metric: ClientMetric<string, Cell>): PageObject {
  return metric.withValues(metric.values()) as PageObject;
}

/**
 * A metric with its samples and the registry's labels on them. The clients write these labels into
 * the series; here each sample is a copy.
 *
 * @param isCopy Whether the samples are copies already, which are filled in their place.
 */
export function withDefaultLabels<Value extends PageObject>(
  metric: Value,
  defaults: LabelSet,
  { replacesFalsyLabels }: ClientProfile,
  isCopy: boolean,
): Value {
  const names = Object.keys(defaults);
  if (names.length === 0 || metric.values === undefined) return metric;
  const values = isCopy ? metric.values : metric.values.map((sample) => {
    return { ...sample, labels: { ...sample.labels } };
  });
  for (const { labels } of values as readonly { labels: Record<string, unknown> }[]) {
    for (const name of names) {
      if (replacesFalsyLabels) labels[name] ||= defaults[name];
      else labels[name] ??= defaults[name];
    }
  }
  return isCopy ? metric : { ...metric, values };
}
