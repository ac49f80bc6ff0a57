import { unknownType } from "../encoding/encoding_error.ts";
import type { MetricFamily, MetricType } from "../../model/snapshot.ts";
import {
  cacheTemplates,
  createTemplate,
  type FamilyTemplate,
  type TemplateCache,
} from "../text/family_template.ts";
import { escapeLabelValue } from "../text/label_text.ts";
import { PageCache } from "../encoding/page_cache.ts";
import { openMetricsTypes, reservedNames } from "./open_metrics_names.ts";
import { bucketLines, quantileLines, type SampleLine, stateLines } from "../text/sample_lines.ts";
import { quoteMetricName } from "../text/sample_name.ts";
import type { LastPages } from "../text/text_page.ts";

/** What becomes of a counter whose name does not end in `_total`. */
export type CounterNaming = "unknown" | "append-total";

/** What is the same on every page of a family in OpenMetrics 1.0. */
export interface OpenMetricsTemplate extends FamilyTemplate {
  /** The type that it has here. */
  readonly type: MetricType;
  /** The names that no other family may use. */
  readonly names: readonly string[];
}

/** The templates of families without and with `_created` samples. */
export interface OpenMetricsTemplates
  extends Readonly<Record<"bare" | "created", TemplateCache<OpenMetricsTemplate>>> {
  /** The last pages without `_created` samples. */
  readonly pages: LastPages<OpenMetricsTemplate>;
}

/** What is kept between pages. */
export const openMetricsTemplates: Readonly<Record<CounterNaming, OpenMetricsTemplates>> = {
  "unknown": /* @__PURE__ */ templatesWith("unknown"),
  "append-total": /* @__PURE__ */ templatesWith("append-total"),
};

function templatesWith(counters: CounterNaming): OpenMetricsTemplates {
  return {
    bare: cacheTemplates((family) => write(family, counters, false)),
    created: cacheTemplates((family) => write(family, counters, true)),
    pages: new PageCache(),
  };
}

function write(
  family: MetricFamily,
  counters: CounterNaming,
  created: boolean,
): OpenMetricsTemplate {
  const { type, name } = nameOf(family, counters);
  const samples = linesOf(family, type, name);
  if (created && type !== "unknown") samples.push({ name: `${name}_created` });
  return {
    type,
    names: reservedNames(type, name),
    ...createTemplate(headerOf(family, type, name), samples),
  };
}

/** The type and the name of the family here: the sample's name without the type's suffix. */
function nameOf(
  { type, name }: MetricFamily,
  counters: CounterNaming,
): { readonly type: MetricType; readonly name: string } {
  if (type === "info") {
    if (!/._info$/s.test(name)) throw new RangeError('the name of an info ends in "_info"');
    return { type, name: name.slice(0, -"_info".length) };
  }
  if (type !== "counter") return { type, name };
  if (/._total$/s.test(name)) return { type, name: name.slice(0, -"_total".length) };
  return { type: counters === "append-total" ? "counter" : "unknown", name };
}

function headerOf({ unit, help }: MetricFamily, type: MetricType, name: string): string {
  const quoted = quoteMetricName(name);
  const hasUnit = type !== "info" && type !== "stateset" && unit !== undefined &&
    /^[\w:]+$/.test(unit) && name.endsWith(`_${unit}`);
  return `# TYPE ${quoted} ${openMetricsTypes[type]}\n` +
    (hasUnit ? `# UNIT ${quoted} ${unit}\n` : "") +
    `# HELP ${quoted} ${escapeLabelValue(help)}\n`;
}

/** The samples of a series: buckets or quantiles, then count and sum. */
function linesOf(family: MetricFamily, type: MetricType, name: string): SampleLine[] {
  const named = (...suffixes: readonly string[]) =>
    suffixes.map((suffix) => ({ name: name + suffix }));
  switch (family.type) {
    case "counter":
      return type === "counter" ? named("_total") : named("");
    case "info":
      return named("_info");
    case "stateset":
      return stateLines(family);
    case "histogram":
      return [...bucketLines(family), ...named("_count", "_sum")];
    case "gaugehistogram":
      return [...bucketLines(family), ...named("_gcount", "_gsum")];
    case "summary":
      return [...quantileLines(family), ...named("_count", "_sum")];
    case "gauge":
    case "unknown":
      return named("");
    default:
      throw unknownType(family);
  }
}
