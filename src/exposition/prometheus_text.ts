import type { BucketedSnapshot, MetricFamily, SummarySnapshot } from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import {
  encodeEach,
  type EncodeOptions,
  type Encoder,
  encodeRows,
  type EncodingSteps,
  type RowRange,
  steppedEncoder,
} from "./encoder.ts";
import { expectedBytes } from "./expected_bytes.ts";
import { type FamilyText, rememberFamilies, sampleNamesOf } from "./family_text.ts";
import { labelText } from "./label_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import { quoteMetricName, type SampleName } from "./sample_name.ts";
import { encodeFacts, encodeValues } from "./value_lines.ts";

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
 */
export const prometheusText: Encoder = steppedEncoder({
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  accepts: ({ value, parameters }) =>
    value === "text/plain" && (parameters.get("version") ?? "0.0.4") === "0.0.4",
  steps,
});

/**
 * The text format 1.0.0: the same, and it always tells how names are escaped.
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
 */
export const prometheusText1: Encoder = steppedEncoder({
  contentType: "text/plain; version=1.0.0; charset=utf-8",
  tellsEscaping: true,
  accepts: ({ value, parameters }) =>
    value === "text/plain" && parameters.get("version") === "1.0.0",
  steps,
});

/** The types as this format knows them; another word fails the whole scrape. */
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

const familyText: (family: MetricFamily) => FamilyText = rememberFamilies((family) => {
  const { name, type, help } = family;
  const quoted = quoteMetricName(name);
  const header = `# HELP ${quoted} ${escapeHelp(help)}\n# TYPE ${quoted} ${typeNames[type]}\n`;
  return { header: new TextEncoder().encode(header), samples: sampleNamesOf(family) };
});

function* steps(
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): EncodingSteps {
  const writer = new ByteWriter(expectedBytes(families));
  yield* encodeEach(writer, families, options, (family) => encodeFamily(writer, family));
  return writer.finish();
}

function encodeFamily(writer: ByteWriter, family: MetricFamily): Iterable<void> | void {
  const { header, samples } = familyText(family);
  writer.bytes(header);
  return encodeRows(family.labels.rows, (part) => {
    encodePart(writer, family, samples, labelText(family.labels, part.end), part);
  });
}

function encodePart(
  writer: ByteWriter,
  family: MetricFamily,
  samples: readonly SampleName[],
  labels: RowBytes,
  part: RowRange,
): void {
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
    case "stateset":
      return encodeValues(writer, samples, labels, family.values, part);
    case "info":
      return encodeFacts(writer, samples, labels, part);
    case "histogram":
    case "gaugehistogram":
      return encodeBuckets(writer, samples, labels, family, part);
    case "summary":
      return encodeSummary(writer, samples, labels, family, part);
    default:
      throw new TypeError(`the text format has no type ${JSON.stringify(family satisfies never)}`);
  }
}

function encodeBuckets(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  { bounds, buckets, sums }: BucketedSnapshot,
  { first, end }: RowRange,
): void {
  const size = bounds.length + 1;
  for (let row = first; row < end; row++) {
    const count = writer.buckets(names, size, labels, row, buckets);
    names[size].line(writer, labels, row, sums[row]);
    names[size + 1].line(writer, labels, row, count);
  }
}

function encodeSummary(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  { quantiles, values, sums, counts }: SummarySnapshot,
  { first, end }: RowRange,
): void {
  const size = quantiles.length;
  for (let row = first; row < end; row++) {
    for (let quantile = 0; quantile < size; quantile++) {
      names[quantile].line(writer, labels, row, values[row * size + quantile]);
    }
    names[size].line(writer, labels, row, sums[row]);
    names[size + 1].line(writer, labels, row, counts[row]);
  }
}

/** Escapes backslash and line feed: the text format leaves double quotes in help as they are. */
function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
