import type {
  BucketedSnapshot,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { encodeEach, type EncodeOptions, type Encoder } from "./encoder.ts";
import { escapeLabelValue, labelText, quoteLabelName } from "./label_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import { canonicalText } from "./number_text.ts";
import { quoteMetricName, SampleName } from "./sample_name.ts";

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

function encode(
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): Uint8Array<ArrayBuffer> {
  const writer = new ByteWriter();
  encodeEach(writer, families, options, (family) => encodeFamily(writer, family));
  return writer.finish();
}

function encodeFamily(writer: ByteWriter, family: MetricFamily): void {
  const name = quoteMetricName(family.name);
  const type = typeNames[family.type];
  writer.text(`# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${type}\n`);
  const labels = labelText(family.labels);
  switch (family.type) {
    case "counter":
    case "gauge":
    case "unknown":
      return encodeValues(writer, new SampleName(family.name), labels, family.values);
    case "info": {
      const ones = new Float64Array(family.labels.rows).fill(1);
      return encodeValues(writer, new SampleName(family.name), labels, ones);
    }
    case "histogram":
    case "gaugehistogram":
      return encodeBuckets(writer, family, labels);
    case "summary":
      return encodeSummary(writer, family, labels);
    case "stateset":
      return encodeStates(writer, family, labels);
    default:
      throw new TypeError(`the text format has no type ${JSON.stringify(family satisfies never)}`);
  }
}

function encodeValues(
  writer: ByteWriter,
  name: SampleName,
  labels: RowBytes,
  values: Float64Array,
): void {
  for (let row = 0; row < values.length; row++) {
    name.write(writer, labels, row);
    writer.valueLine(values[row]);
  }
}

function encodeBuckets(writer: ByteWriter, family: BucketedSnapshot, labels: RowBytes): void {
  const { name, bounds, buckets, sums } = family;
  const bucketNames = [...bounds, Infinity]
    .map((bound) => new SampleName(`${name}_bucket`, `le="${canonicalText(bound)}"`));
  const sumName = new SampleName(`${name}_sum`);
  const countName = new SampleName(`${name}_count`);
  for (let row = 0; row < sums.length; row++) {
    let count = 0;
    for (let bucket = 0; bucket < bucketNames.length; bucket++) {
      count += buckets[row * bucketNames.length + bucket];
      bucketNames[bucket].write(writer, labels, row);
      writer.valueLine(count);
    }
    sumName.write(writer, labels, row);
    writer.valueLine(sums[row]);
    countName.write(writer, labels, row);
    writer.valueLine(count);
  }
}

function encodeSummary(writer: ByteWriter, family: SummarySnapshot, labels: RowBytes): void {
  const { name, quantiles, values, sums, counts } = family;
  const quantileNames = quantiles
    .map((quantile) => new SampleName(name, `quantile="${canonicalText(quantile)}"`));
  const sumName = new SampleName(`${name}_sum`);
  const countName = new SampleName(`${name}_count`);
  for (let row = 0; row < sums.length; row++) {
    quantileNames.forEach((quantileName, quantile) => {
      quantileName.write(writer, labels, row);
      writer.valueLine(values[row * quantiles.length + quantile]);
    });
    sumName.write(writer, labels, row);
    writer.valueLine(sums[row]);
    countName.write(writer, labels, row);
    writer.valueLine(counts[row]);
  }
}

function encodeStates(writer: ByteWriter, family: StateSetSnapshot, labels: RowBytes): void {
  const { name, states, values, labels: { rows } } = family;
  const label = quoteLabelName(name);
  const stateNames = states
    .map((state) => new SampleName(name, `${label}="${escapeLabelValue(state)}"`));
  for (let row = 0; row < rows; row++) {
    stateNames.forEach((stateName, state) => {
      stateName.write(writer, labels, row);
      writer.valueLine(values[row * states.length + state]);
    });
  }
}

/** Escapes backslash and line feed: the text format leaves double quotes in help as they are. */
function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
