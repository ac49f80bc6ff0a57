import type { MetricFamily } from "../../model/snapshot.ts";
import type { ByteWriter } from "./byte_writer.ts";
import {
  chunkedEncoder,
  type EncodeOptions,
  type Encoder,
  encodeRows,
  type EncodingChunks,
  type FamilyParts,
} from "../encoding/encoder.ts";
import { PageCache } from "../encoding/page_cache.ts";
import {
  cacheTemplates,
  createTemplate,
  type FamilyTemplate,
  type TemplateCache,
} from "./family_template.ts";
import { firstPage } from "./first_page.ts";
import { escapeHelp } from "./label_text.ts";
import { lineTimes } from "./line_times.ts";
import { lineValues } from "./line_values.ts";
import { sampleLines } from "./sample_lines.ts";
import { quoteMetricName } from "./sample_name.ts";
import { type LastPages, writePage } from "./text_page.ts";

/**
 * The text format 0.0.4, which every Prometheus-compatible server reads.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 *
 * @example
 * ```ts
 * import { MetricsRegistry, prometheusText } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 *
 * const page = new TextDecoder().decode(await registry.encode(prometheusText));
 * assertStringIncludes(page, "jobs_total 1");
 * ```
 *
 * @category Formats
 */
export const prometheusText: Encoder = /* @__PURE__ */ chunkedEncoder({
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  accepts: ({ value, parameters }) =>
    value === "text/plain" && (parameters.get("version") ?? "0.0.4") === "0.0.4",
  chunks,
});

/**
 * The text format 1.0.0: like 0.0.4, but its `Content-Type` always names the escaping scheme.
 *
 * @example
 * ```ts
 * import { MetricsRegistry, prometheusText1 } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 *
 * const page = new TextDecoder().decode(await registry.encode(prometheusText1));
 * assertStringIncludes(page, "jobs_total 1");
 * ```
 *
 * @category Formats
 */
export const prometheusText1: Encoder = /* @__PURE__ */ chunkedEncoder({
  contentType: "text/plain; version=1.0.0; charset=utf-8",
  namesEscaping: true,
  accepts: ({ value, parameters }) =>
    value === "text/plain" && parameters.get("version") === "1.0.0",
  chunks,
});

/** Types as this format calls them; any other word fails the whole scrape. */
const typeNames: Readonly<Record<MetricFamily["type"], string>> = {
  counter: "counter",
  gauge: "gauge",
  histogram: "histogram",
  gaugehistogram: "histogram",
  summary: "summary",
  info: "gauge",
  stateset: "gauge",
  unknown: "untyped",
};

const templates: TemplateCache<FamilyTemplate> = /* @__PURE__ */ cacheTemplates((family) => {
  const { name, type, help } = family;
  const quoted = quoteMetricName(name);
  const header = `# HELP ${quoted} ${escapeHelp(help)}\n# TYPE ${quoted} ${typeNames[type]}\n`;
  return createTemplate(header, sampleLines(family));
});

const pages: LastPages<FamilyTemplate> = /* @__PURE__ */ new PageCache();

function* chunks(families: readonly MetricFamily[], options?: EncodeOptions): EncodingChunks {
  const first = options?.escaping === "dots" ? undefined : firstPage(families, typeNames);
  if (first !== undefined) return new TextEncoder().encode(first);
  const { entryOf, known } = templates;
  return yield* writePage(pages, { entryOf, known, write: writeFamily }, families, options);
}

function writeFamily(
  writer: ByteWriter,
  family: MetricFamily,
  { samples, lines }: FamilyTemplate,
): FamilyParts | void {
  const values = lineValues(family, samples.length, totals);
  const times = lineTimes(family, timeText);
  return encodeRows(family.labels.rows, samples.length, (part) => {
    lines.write(writer, family.labels, part, values, times);
  }, () => {
    if (times === undefined) lines.note(family);
  });
}

/** The order in which distributions have their totals. */
const totals = ["sum", "count"] as const;

function timeText(seconds: number): string {
  return String(Math.round(seconds * 1000));
}
