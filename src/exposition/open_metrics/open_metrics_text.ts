import type { MetricFamily } from "../../model/snapshot.ts";
import {
  bucketNames,
  cacheTemplates,
  createTemplate,
  type FamilyTemplate,
  quantileNames,
  stateNames,
  type TemplateCache,
} from "../text/family_template.ts";
import { escapeLabelValue } from "../text/label_text.ts";
import { namesKeptBy } from "./open_metrics_names.ts";
import { quoteMetricName, SampleName } from "../text/sample_name.ts";

/** What becomes of a counter whose name does not end in `_total`. */
export type CounterNaming = "unknown" | "append-total";

/** What is the same on every page of a family in OpenMetrics 1.0. */
export interface OpenMetricsText extends FamilyTemplate {
  /** The type that it has here. */
  readonly type: string;
  /** The names that no other family may use. */
  readonly names: readonly string[];
}

/** The text of families, without and with samples that tell when a series was created. */
export const openMetricsTexts: Readonly<
  Record<CounterNaming, Readonly<Record<"bare" | "created", TemplateCache<OpenMetricsText>>>>
> = {
  "unknown": textsWith("unknown"),
  "append-total": textsWith("append-total"),
};

function textsWith(
  counters: CounterNaming,
): Record<"bare" | "created", TemplateCache<OpenMetricsText>> {
  return {
    bare: cacheTemplates((family) => write(family, counters, false)),
    created: cacheTemplates((family) => write(family, counters, true)),
  };
}

function write(family: MetricFamily, counters: CounterNaming, created: boolean): OpenMetricsText {
  const { type, name } = nameOf(family, counters);
  const samples = sampleNamesOf(family, type, name);
  if (created && type !== "unknown") samples.push(new SampleName(`${name}_created`));
  return {
    type,
    names: namesKeptBy(type, name),
    ...createTemplate(headerOf(family, type, name), samples),
  };
}

/** The type and the name of the family here: the sample's name without the type's suffix. */
function nameOf(
  { type, name }: MetricFamily,
  counters: CounterNaming,
): { readonly type: string; readonly name: string } {
  if (type === "info") {
    if (!/._info$/s.test(name)) throw new RangeError('the name of an info ends in "_info"');
    return { type, name: name.slice(0, -"_info".length) };
  }
  if (type !== "counter") return { type, name };
  if (/._total$/s.test(name)) return { type, name: name.slice(0, -"_total".length) };
  return { type: counters === "append-total" ? "counter" : "unknown", name };
}

function headerOf({ unit, help }: MetricFamily, type: string, name: string): string {
  const quoted = quoteMetricName(name);
  const hasUnit = type !== "info" && type !== "stateset" && unit !== undefined &&
    /^[\w:]+$/.test(unit) && name.endsWith(`_${unit}`);
  return `# TYPE ${quoted} ${type}\n` +
    (hasUnit ? `# UNIT ${quoted} ${unit}\n` : "") +
    `# HELP ${quoted} ${escapeLabelValue(help)}\n`;
}

/** The names of a series' samples: buckets or quantiles, then count and sum. */
function sampleNamesOf(family: MetricFamily, type: string, name: string): SampleName[] {
  const named = (...suffixes: readonly string[]) =>
    suffixes.map((suffix) => new SampleName(name + suffix));
  switch (family.type) {
    case "counter":
      return type === "counter" ? named("_total") : named("");
    case "info":
      return named("_info");
    case "stateset":
      return stateNames(family);
    case "histogram":
      return [...bucketNames(family), ...named("_count", "_sum")];
    case "gaugehistogram":
      return [...bucketNames(family), ...named("_gcount", "_gsum")];
    case "summary":
      return [...quantileNames(family), ...named("_count", "_sum")];
    default:
      return named("");
  }
}
