import type { Exemplar } from "../core/exemplar.ts";
import type {
  BucketedSnapshot,
  CounterSnapshot,
  Created,
  MetricFamily,
  StateSetSnapshot,
  SummarySnapshot,
} from "../core/snapshot.ts";
import { ByteWriter } from "./byte_writer.ts";
import { histogramValues, summaryValues } from "./composite_value.ts";
import { encodeEach, type Encoder } from "./encoder.ts";
import type { EncodingErrorHandler } from "./encoding_error.ts";
import { exemplarText, timestampText } from "./exemplar_text.ts";
import { hasTime } from "./exemplar_time.ts";
import { escapeLabelValue, labelText, quoteLabelName } from "./label_text.ts";
import type { RowBytes } from "./row_bytes.ts";
import { quoteMetricName, SampleName } from "./sample_name.ts";

/**
 * OpenMetrics 2.0 as of 2.0.0-rc0. Samples have the names of their families, exactly, so a counter
 * needs no `_total`; a histogram is one line with its start, its exemplars and its native buckets.
 *
 * Experimental: no Prometheus up to 3.14 asks for it, so it is for those who ask for version 2.0.0.
 *
 * Source: https://prometheus.io/docs/specs/om/open_metrics_spec_2_0/
 */
export const openMetrics2: Encoder = {
  contentType: "application/openmetrics-text; version=2.0.0; charset=utf-8",
  tellsEscaping: true,
  accepts: ({ value, parameters }) =>
    value === "application/openmetrics-text" && parameters.get("version") === "2.0.0",
  encode(families, options = {}) {
    const writer = new ByteWriter();
    encodeEach(writer, families, options, (family, onError) => {
      encodeFamily(writer, family, onError);
    });
    writer.text("# EOF\n");
    return writer.finish();
  },
};

function encodeFamily(
  writer: ByteWriter,
  family: MetricFamily,
  onError: EncodingErrorHandler,
): void {
  encodeMetadata(writer, family);
  const labels = labelText(family.labels);
  switch (family.type) {
    case "counter":
      return encodeCounters(writer, family, labels, onError);
    case "gauge":
    case "unknown":
      return encodeValues(writer, family, labels, family.values);
    case "info":
      return encodeValues(writer, family, labels, new Float64Array(family.labels.rows).fill(1));
    case "stateset":
      return encodeStates(writer, family, labels);
    case "histogram":
      return encodeBuckets(writer, family, labels, family.created, onError);
    case "gaugehistogram":
      return encodeBuckets(writer, family, labels, undefined, onError);
    case "summary":
      return encodeSummaries(writer, family, labels);
    default:
      throw new TypeError(`OpenMetrics has no type ${JSON.stringify(family satisfies never)}`);
  }
}

function encodeMetadata(writer: ByteWriter, { type, name, unit, help }: MetricFamily): void {
  const quoted = quoteMetricName(name);
  // The name of an info must end in `_info`, and a name stays what it is: then it is a gauge of 1.
  const typeName = type === "info" && !name.endsWith("_info") ? "gauge" : type;
  writer.text(`# TYPE ${quoted} ${typeName}\n`);
  // Neither has a unit, and where one is, the grammar allows it no other characters.
  if (unit !== undefined && type !== "info" && type !== "stateset" && /^[\w:]+$/.test(unit)) {
    writer.text(`# UNIT ${quoted} ${unit}\n`);
  }
  writer.text(`# HELP ${quoted} ${escapeLabelValue(help)}\n`);
}

function encodeValues(
  writer: ByteWriter,
  { name }: MetricFamily,
  labels: RowBytes,
  values: Float64Array,
): void {
  const sample = new SampleName(name);
  for (let row = 0; row < values.length; row++) {
    sample.write(writer, labels, row);
    writer.valueLine(values[row]);
  }
}

function encodeCounters(
  writer: ByteWriter,
  { name, values, exemplars, created }: CounterSnapshot,
  labels: RowBytes,
  onError: EncodingErrorHandler,
): void {
  const sample = new SampleName(name);
  for (let row = 0; row < values.length; row++) {
    if (Number.isNaN(values[row])) throw new RangeError("a counter cannot be NaN");
    const exemplar = exemplars?.[row];
    sample.write(writer, labels, row);
    writer.value(values[row]);
    writer.text(startText(created, row));
    if (exemplar !== undefined) writer.text(exemplarsText(name, [exemplar], onError));
    writer.text("\n");
  }
}

function encodeStates(
  writer: ByteWriter,
  { name, states, values, labels: { rows } }: StateSetSnapshot,
  labels: RowBytes,
): void {
  const label = quoteLabelName(name);
  const samples = states
    .map((state) => new SampleName(name, `${label}="${escapeLabelValue(state)}"`));
  for (let row = 0; row < rows; row++) {
    samples.forEach((sample, state) => {
      sample.write(writer, labels, row);
      writer.valueLine(values[row * states.length + state]);
    });
  }
}

function encodeBuckets(
  writer: ByteWriter,
  family: BucketedSnapshot & { readonly type: "histogram" | "gaugehistogram" },
  labels: RowBytes,
  created: Created["created"],
  onError: EncodingErrorHandler,
): void {
  const sample = new SampleName(family.name);
  const valueOf = histogramValues(family, family.type === "histogram" ? "" : "g");
  for (let row = 0; row < family.sums.length; row++) {
    const exemplars = exemplarsText(family.name, exemplarsOf(family, row), onError);
    sample.write(writer, labels, row);
    writer.text(`${valueOf(row)}${startText(created, row)}${exemplars}\n`);
  }
}

function encodeSummaries(writer: ByteWriter, family: SummarySnapshot, labels: RowBytes): void {
  const sample = new SampleName(family.name);
  const valueOf = summaryValues(family);
  for (let row = 0; row < family.sums.length; row++) {
    sample.write(writer, labels, row);
    writer.text(`${valueOf(row)}${startText(family.created, row)}\n`);
  }
}

/** The exemplars of a row: one set only, and as the format prefers that of the classic buckets. */
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

/** When a series began to count, as it stands between its value and its exemplars. */
function startText(created: Created["created"], row: number): string {
  return created !== undefined && Number.isFinite(created[row])
    ? ` st@${timestampText(created[row])}`
    : "";
}
