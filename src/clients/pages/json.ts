import type { LabelSet } from "../../model/family/labels.ts";
import type { ClientProfile } from "../profile.ts";
import type { PageObject } from "./page_metric.ts";

/**
 * A metric with its samples and the registry's labels on them. The clients write these labels into
 * the series; here each sample is a copy.
 */
export function withDefaultLabels<Value extends PageObject>(
  metric: Value,
  defaults: LabelSet,
  { replacesFalsyLabels }: ClientProfile,
): Value {
  const names = Object.keys(defaults);
  if (names.length === 0 || metric.values === undefined) return metric;
  const values = metric.values.map((sample) => {
    const labels: Record<string, unknown> = { ...sample.labels };
    for (const name of names) {
      if (replacesFalsyLabels) labels[name] ||= defaults[name];
      else labels[name] ??= defaults[name];
    }
    return { ...sample, labels };
  });
  return { ...metric, values };
}
