import { isLegacyLabelName, isLegacyMetricName } from "../../model/names.ts";

/**
 * Words that PromQL does not take for a metric's name, in any case. `start` and `end` it does take;
 * `step` and `range` are reserved by newer versions.
 */
const words: ReadonlySet<string> = new Set(
  ("and or unless atan2 sum avg count min max group stddev stdvar topk bottomk count_values " +
    "quantile limitk limit_ratio offset by without on ignoring group_left group_right fill " +
    "fill_left fill_right bool inf nan start end step range anchored smoothed").split(" "),
);

/** Words that PromQL takes for numbers even in place of a label's name. */
const numbers: ReadonlySet<string> = new Set(["inf", "nan"]);

/**
 * A text as PromQL quotes it. Grafana looks for its variables in texts too, so what they begin with
 * is written as an escape.
 */
export function quoted(text: string): string {
  return JSON.stringify(text).replaceAll("$", "\\x24").replaceAll("[", "\\x5b");
}

/** A label's name; quoted, as Prometheus 3 understands it, if it has to be. */
export function labelName(name: string): string {
  return isLegacyLabelName(name) && !numbers.has(name.toLowerCase()) ? name : quoted(name);
}

/** What selects the series of a name, with some matchers. */
export function selector(name: string, matchers: readonly string[]): string {
  if (isLegacyMetricName(name) && !words.has(name.toLowerCase())) {
    return `${name}{${matchers.join(", ")}}`;
  }
  // Every version understands this, and none but Prometheus 3 the name in quotes alone.
  return `{${[`__name__=${quoted(name)}`, ...matchers].join(", ")}}`;
}

/** An aggregation over all labels but the given ones. */
export function aggregated(operator: "sum" | "max", labels: readonly string[], of: string): string {
  const by = labels.length > 0 ? ` by (${labels.map(labelName).join(", ")}) ` : "";
  return `${operator}${by}(${of})`;
}
