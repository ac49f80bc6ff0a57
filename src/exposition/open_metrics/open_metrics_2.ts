import type { Exemplar } from "../../model/exemplar.ts";
import type {
  BucketedSnapshot,
  CounterSnapshot,
  Created,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
  SummarySnapshot,
} from "../../model/snapshot.ts";
import { openMetricsTypes } from "./open_metrics_names.ts";
import { ByteWriter } from "../text/byte_writer.ts";
import { histogramValues, summaryValues } from "./composite_value.ts";
import {
  chunkedEncoder,
  encodeEach,
  type Encoder,
  encodeRows,
  type RowRange,
} from "../encoding/encoder.ts";
import { type EncodingErrorHandler, unknownType } from "../encoding/encoding_error.ts";
import { exemplarText, timestampText } from "./exemplar_text.ts";
import { hasTime } from "../encoding/exemplar_time.ts";
import type { Format } from "../encoding/format.ts";
import { estimateSize, linesOf } from "../text/size_estimate.ts";
import {
  cacheTemplates,
  createTemplate,
  type FamilyTemplate,
  type TemplateCache,
} from "../text/family_template.ts";
import { escapeLabelValue, labelTextOf } from "../text/label_text.ts";
import { lineTimes } from "../text/line_times.ts";
import { ones, plainValues } from "../text/line_values.ts";
import { stateLines } from "../text/sample_lines.ts";
import { quoteMetricName, type SampleName } from "../text/sample_name.ts";

/**
 * The format OpenMetrics 2.0, as of 2.0.0-rc0. Samples have exactly the names of their families, so
 * a counter needs no `_total`; a histogram is one line with its start, its exemplars and its native
 * buckets.
 *
 * Experimental: no Prometheus up to 3.14 asks for it, so only requests that name version 2.0.0 get
 * it.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/
 *
 * @example
 * ```ts
 * import { MetricsRegistry, openMetrics2 } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 *
 * const page = new TextDecoder().decode(await registry.encode(openMetrics2));
 * assertStringIncludes(page, "jobs_total 1");
 * ```
 *
 * @category Formats
 */
export const openMetrics2: Encoder = /* @__PURE__ */ chunkedEncoder({
  contentType: "application/openmetrics-text; version=2.0.0; charset=utf-8",
  namesEscaping: true,
  accepts: ({ value, parameters }) =>
    value === "application/openmetrics-text" && parameters.get("version") === "2.0.0",
  *chunks(families, options = {}) {
    const writer = new ByteWriter(estimateSize(families, templates.known, bytesPerElement));
    yield* encodeEach(writer, families, options, (family, onError) => {
      const { template } = templates.entryOf(family);
      writer.bytes(template.header);
      return encodeRows(
        family.labels.rows,
        linesOf(family),
        (part) => encodePart(writer, family, template, part, onError),
      );
    });
    writer.text("# EOF\n");
    return writer.finish();
  },
});

/** The option of OpenMetrics 2.0. */
export interface OpenMetrics2Option {
  /** OpenMetrics 2.0, which is not final; false by default. */
  readonly openMetrics2?: boolean;
}

/** OpenMetrics 2.0 as a request may ask for it. */
export const openMetrics2Format: Format<OpenMetrics2Option> = {
  option: "openMetrics2",
  isDefault: false,
  richness: 2,
  encoders: () => [openMetrics2],
};

/** About the bytes of a bucket or quantile within a line, such as `0.005:12,`. */
const bytesPerElement = 12;

/** Distributions are written without the cache of lines, so the header is not in it. */
interface OpenMetrics2Template extends FamilyTemplate {
  readonly header: Uint8Array;
}

const templates: TemplateCache<OpenMetrics2Template> = /* @__PURE__ */ cacheTemplates((family) => ({
  header: new TextEncoder().encode(headerOf(family)),
  ...createTemplate(
    "",
    family.type === "stateset" ? stateLines(family) : [{ name: family.name }],
  ),
}));

function headerOf({ type, name, unit, help }: MetricFamily): string {
  const quoted = quoteMetricName(name);
  // The name of an info must end in `_info`, and names do not change, so any other is a gauge of 1.
  const typeName = openMetricsTypes[type === "info" && !name.endsWith("_info") ? "gauge" : type];
  // An info or a state set has no unit, and the grammar allows no other characters in one.
  const hasUnit = unit !== undefined && type !== "info" && type !== "stateset" &&
    /^[\w:]+$/.test(unit);
  return `# TYPE ${quoted} ${typeName}\n` +
    (hasUnit ? `# UNIT ${quoted} ${unit}\n` : "") +
    `# HELP ${quoted} ${escapeLabelValue(help)}\n`;
}

function encodePart(
  writer: ByteWriter,
  family: MetricFamily,
  { samples, lines }: FamilyTemplate,
  part: RowRange,
  onError: EncodingErrorHandler,
): void {
  const { labels } = family;
  const timeOf = lineTimes(family, timestampText);
  switch (family.type) {
    case "counter": {
      const values = plainValues(checked(family.values, part), 1);
      const endOf = (row: number) => (timeOf?.(row) ?? "") + endOfCounter(family, row, onError);
      return lines.write(writer, labels, part, values, endOf);
    }
    case "gauge":
    case "unknown":
    case "stateset":
      return lines.write(writer, labels, part, plainValues(family.values, samples.length), timeOf);
    case "info":
      return lines.write(writer, labels, part, ones, timeOf);
    case "histogram":
    case "gaugehistogram":
      return encodeBuckets(writer, family, samples[0], part, onError);
    case "summary":
      return encodeSummaries(writer, family, samples[0], part);
    default:
      throw unknownType(family);
  }
}

function checked(values: Float64Array, { first, end }: RowRange): Float64Array {
  for (let row = first; row < end; row++) {
    if (Number.isNaN(values[row])) throw new RangeError("a counter cannot be NaN");
  }
  return values;
}

/** The start and the exemplar of a counter. */
function endOfCounter(
  { name, created, exemplars }: CounterSnapshot,
  row: number,
  onError: EncodingErrorHandler,
): string {
  const exemplar = exemplars?.[row];
  return startText(created, row) +
    (exemplar === undefined ? "" : exemplarsText(name, [exemplar], onError));
}

function encodeBuckets(
  writer: ByteWriter,
  family: HistogramSnapshot | GaugeHistogramSnapshot,
  sample: SampleName,
  { first, end }: RowRange,
  onError: EncodingErrorHandler,
): void {
  const created = family.type === "histogram" ? family.created : undefined;
  const valueOf = histogramValues(family, family.type === "histogram" ? "" : "g");
  const { names, values } = family.labels;
  const labelsOf = labelTextOf(names);
  const timeOf = lineTimes(family, timestampText);
  for (let row = first; row < end; row++) {
    const time = timeOf?.(row) ?? "";
    const exemplars = exemplarsText(family.name, exemplarsOf(family, row), onError);
    const before = sample.before(labelsOf(values, row * names.length));
    writer.text(`${before}${valueOf(row)}${time}${startText(created, row)}${exemplars}\n`);
  }
}

function encodeSummaries(
  writer: ByteWriter,
  family: SummarySnapshot,
  sample: SampleName,
  { first, end }: RowRange,
): void {
  const valueOf = summaryValues(family);
  const { names, values } = family.labels;
  const labelsOf = labelTextOf(names);
  const timeOf = lineTimes(family, timestampText);
  for (let row = first; row < end; row++) {
    const time = timeOf?.(row) ?? "";
    const before = sample.before(labelsOf(values, row * names.length));
    writer.text(`${before}${valueOf(row)}${time}${startText(family.created, row)}\n`);
  }
}

/**
 * The exemplars of a row: those of its classic buckets, which the format prefers, or native ones.
 */
function exemplarsOf(
  { bounds, exemplars = [], native }: BucketedSnapshot,
  row: number,
): readonly Exemplar[] {
  const size = bounds.length + 1;
  const classic = exemplars.slice(row * size, (row + 1) * size)
    .filter((exemplar) => exemplar !== undefined);
  return native === undefined || (bounds.length > 0 && classic.length > 0)
    ? classic
    : native[row].exemplars;
}

function exemplarsText(
  family: string,
  exemplars: readonly Exemplar[],
  onError: EncodingErrorHandler,
): string {
  return exemplars.filter((exemplar) => hasTime(family, exemplar, onError))
    .map((exemplar) => ` # ${exemplarText(exemplar)}`).join("");
}

/** The start time of a series, as written between its value and its exemplars. */
function startText(created: Created["created"], row: number): string {
  return created !== undefined && Number.isFinite(created[row])
    ? ` st@${timestampText(created[row])}`
    : "";
}
