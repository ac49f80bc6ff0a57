import type { BucketedSnapshot, MetricFamily, SummarySnapshot } from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { encodeEach, type EncodeOptions, type Encoder } from "./encoder.ts";
import { type FamilyText, rememberFamilies } from "./family_text.ts";
import { labelText } from "./label_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import { quoteMetricName, type SampleName } from "./sample_name.ts";

/**
 * The text format 0.0.4, which every Prometheus-compatible server reads.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export const prometheusText: Encoder = {
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  accepts: ({ value, parameters }) =>
    value === "text/plain" && (parameters.get("version") ?? "0.0.4") === "0.0.4",
  encode,
};

/** The text format 1.0.0: the same, and it always tells how names are escaped. */
export const prometheusText1: Encoder = {
  contentType: "text/plain; version=1.0.0; charset=utf-8",
  tellsEscaping: true,
  accepts: ({ value, parameters }) =>
    value === "text/plain" && parameters.get("version") === "1.0.0",
  encode,
};

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

const familyText: (family: MetricFamily) => FamilyText = rememberFamilies(
  ({ name, type, help }) => {
    const quoted = quoteMetricName(name);
    return `# HELP ${quoted} ${escapeHelp(help)}\n# TYPE ${quoted} ${typeNames[type]}\n`;
  },
);

function encode(
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter(expectedBytes(families));
  encodeEach(writer, families, options, (family) => encodeFamily(writer, family));
  return writer.finish();
}

function encodeFamily(writer: ByteWriter, family: MetricFamily): void {
  const { header, samples } = familyText(family);
  const labels = labelText(family.labels);
  writer.bytes(header);
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
    case "stateset":
      return encodeValues(writer, samples, labels, family.values);
    case "info":
      return encodeValues(writer, samples, labels, new Float64Array(family.labels.rows).fill(1));
    case "histogram":
    case "gaugehistogram":
      return encodeBuckets(writer, samples, labels, family);
    case "summary":
      return encodeSummary(writer, samples, labels, family);
    default:
      throw new TypeError(`the text format has no type ${JSON.stringify(family satisfies never)}`);
  }
}

/** A line a value: one of each name for the first row, then for the next. */
function encodeValues(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  values: Float64Array,
): void {
  for (let row = 0, at = 0; at < values.length; row++) {
    for (const name of names) name.line(writer, labels, row, values[at++]);
  }
}

function encodeBuckets(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  { bounds, buckets, sums }: BucketedSnapshot,
): void {
  const size = bounds.length + 1;
  for (let row = 0; row < sums.length; row++) {
    let count = 0;
    for (let bucket = 0; bucket < size; bucket++) {
      count += buckets[row * size + bucket];
      names[bucket].line(writer, labels, row, count);
    }
    names[size].line(writer, labels, row, sums[row]);
    names[size + 1].line(writer, labels, row, count);
  }
}

function encodeSummary(
  writer: ByteWriter,
  names: readonly SampleName[],
  labels: RowBytes,
  { quantiles, values, sums, counts }: SummarySnapshot,
): void {
  const size = quantiles.length;
  for (let row = 0; row < sums.length; row++) {
    for (let quantile = 0; quantile < size; quantile++) {
      names[quantile].line(writer, labels, row, values[row * size + quantile]);
    }
    names[size].line(writer, labels, row, sums[row]);
    names[size + 1].line(writer, labels, row, counts[row]);
  }
}

/** About the size of the page: a buffer that fits from the start is never copied. */
function expectedBytes(families: readonly MetricFamily[]): number {
  let bytes = 1024;
  for (const family of families) {
    const lines = family?.type === "histogram" ? family.bounds?.length + 3 : 1;
    const series = (family?.labels?.rows ?? 0) * lines;
    bytes += 200 + series * ((family?.name?.length ?? 0) + 60);
  }
  return bytes;
}

/** Escapes backslash and line feed: the text format leaves double quotes in help as they are. */
function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
