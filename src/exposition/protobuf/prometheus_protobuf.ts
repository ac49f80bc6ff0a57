import type {
  CounterSnapshot,
  Created,
  GaugeHistogramSnapshot,
  HistogramSnapshot,
  MetricFamily,
  SummarySnapshot,
} from "../../model/snapshot.ts";
import {
  chunkedEncoder,
  encodeEach,
  type Encoder,
  encodeRows,
  type FamilyParts,
  type RowRange,
} from "../encoding/encoder.ts";
import { type EncodingErrorHandler, unknownType } from "../encoding/encoding_error.ts";
import { hasTime } from "../encoding/exemplar_time.ts";
import type { Format } from "../encoding/format.ts";
import { shapeOf } from "../../model/metric_types.ts";
import { fields } from "./protobuf_fields.ts";
import { type ExemplarWriter, writeHistogram } from "./protobuf_histogram.ts";
import {
  beginMetric,
  endMetric,
  labelsOf,
  type RowLabels,
  writeExemplar,
  writeTimestamp,
} from "./protobuf_parts.ts";
import { encodeInfos, encodeStates, encodeValues } from "./protobuf_values.ts";
import { ProtobufWriter } from "./protobuf_writer.ts";

/**
 * The protobuf format: a `MetricFamily` message for each family, with its length in front. Of the
 * formats that servers ask for, only this one carries everything: any name with its type,
 * exemplars, creation times and native histograms.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#protobuf-format
 *
 * @example
 * ```ts
 * import { MetricsRegistry, prometheusProtobuf } from "@edgeprom/edgeprom/core";
 * import { assertStringIncludes } from "@std/assert";
 *
 * const registry = new MetricsRegistry();
 * registry.counter({ name: "jobs_total", help: "Jobs done." }).inc();
 *
 * const page = new TextDecoder().decode(await registry.encode(prometheusProtobuf));
 * assertStringIncludes(page, "jobs_total");
 * ```
 *
 * @category Formats
 */
export const prometheusProtobuf: Encoder = /* @__PURE__ */ chunkedEncoder({
  // Literals alone: with a variable in them, bundlers would keep this format where nobody uses it.
  contentType: "application/vnd.google.protobuf; " +
    "proto=io.prometheus.client.MetricFamily; encoding=delimited",
  accepts: ({ value, parameters }) =>
    value === "application/vnd.google.protobuf" &&
    parameters.get("proto") === "io.prometheus.client.MetricFamily" &&
    parameters.get("encoding") === "delimited",
  *chunks(families, options = {}) {
    const writer = new ProtobufWriter();
    yield* encodeEach(
      writer,
      families,
      options,
      (family, onError) => encodeFamily(writer, family, onError),
    );
    return writer.finish();
  },
});

/** The option of the protobuf format. */
export interface ProtobufOption {
  /**
   * Protobuf; true by default. The only format with exemplars, creation times and native histograms
   * in which every name and type stays as it is. Servers ask for it if they are configured to.
   */
  readonly protobuf?: boolean;
}

/** The protobuf format as a request may ask for it. */
export const protobufFormat: Format<ProtobufOption> = {
  option: "protobuf",
  isDefault: true,
  richness: 3,
  encoders: () => [prometheusProtobuf],
};

/**
 * The numbers of the types. An info or a state set has none, so it is a gauge. Prometheus up to
 * 2.44 stores the classic buckets of a gauge histogram under its bare name, and loses its sum.
 */
const typeNumbers: Readonly<Record<MetricFamily["type"], number>> = {
  counter: 0,
  gauge: 1,
  summary: 2,
  unknown: 3,
  histogram: 4,
  gaugehistogram: 5,
  info: 1,
  stateset: 1,
};

function encodeFamily(
  writer: ProtobufWriter,
  family: MetricFamily,
  onError: EncodingErrorHandler,
): FamilyParts | void {
  const { type, name, help, unit, labels: { rows } } = family;
  // Prometheus ignores a family without series, and prometheus/common, which other servers use,
  // rejects it.
  if (rows === 0 || (type === "stateset" && family.states.length === 0)) return;
  let start = writer.begin();
  let reserved = 1;
  writer.textField(fields.metricFamily.name, name);
  writer.textField(fields.metricFamily.help, help);
  // Written even if it is 0, the default, because not every reader takes an absent type for a
  // counter.
  writer.varintField(fields.metricFamily.type, typeNumbers[type]);
  const exemplarWriter: ExemplarWriter = (field, exemplar) => {
    if (exemplar !== undefined && hasTime(name, exemplar, onError)) {
      writeExemplar(writer, field, exemplar);
    }
  };
  return encodeRows(rows, shapeOf(family)?.length || 1, (part) => {
    encodePart(writer, family, part, exemplarWriter);
    if (part.first > 0 || part.end === rows) return;
    const size = (writer.length - start) * rows / part.end;
    [start, reserved] = writer.widen(start, size);
  }, () => {
    if (unit !== undefined && isSuffix(unit, family)) {
      writer.textField(fields.metricFamily.unit, unit);
    }
    writer.endLong(start, reserved);
  });
}

function encodePart(
  writer: ProtobufWriter,
  family: MetricFamily,
  part: RowRange,
  exemplarWriter: ExemplarWriter,
): void {
  if (family.type === "stateset") return encodeStates(writer, family, part);
  const labels = labelsOf(family.labels, part.end);
  switch (family.type) {
    case "counter":
      return encodeCounters(writer, family, labels, part, exemplarWriter);
    case "gauge":
      return encodeValues(writer, fields.metric.gauge, labels, family, part);
    case "unknown":
      return encodeValues(writer, fields.metric.untyped, labels, family, part);
    case "info":
      return encodeInfos(writer, family, labels, part);
    case "summary":
      return encodeSummaries(writer, family, labels, part);
    case "histogram":
    case "gaugehistogram":
      return encodeHistograms(writer, family, labels, part, exemplarWriter);
    default:
      throw unknownType(family);
  }
}

function encodeCounters(
  writer: ProtobufWriter,
  { values, exemplars, created, timestamps }: CounterSnapshot,
  labels: RowLabels,
  { first, end }: RowRange,
  exemplarWriter: ExemplarWriter,
): void {
  for (let row = first; row < end; row++) {
    const metric = beginMetric(writer, labels, row);
    const counter = writer.begin(fields.metric.counter);
    writer.doubleField(fields.counter.value, values[row]);
    exemplarWriter(fields.counter.exemplar, exemplars?.[row]);
    writeCreated(writer, fields.counter.created, created, row);
    writer.end(counter);
    endMetric(writer, metric, timestamps, row);
  }
}

function encodeSummaries(
  writer: ProtobufWriter,
  { quantiles, values, counts, sums, created, timestamps }: SummarySnapshot,
  labels: RowLabels,
  { first, end }: RowRange,
): void {
  for (let row = first; row < end; row++) {
    const metric = beginMetric(writer, labels, row);
    const summary = writer.begin(fields.metric.summary);
    writer.varintField(fields.summary.count, counts[row]);
    writer.doubleField(fields.summary.sum, sums[row]);
    for (let position = 0; position < quantiles.length; position++) {
      const quantile = writer.begin(fields.summary.quantile);
      writer.doubleField(fields.quantile.quantile, quantiles[position]);
      writer.doubleField(fields.quantile.value, values[row * quantiles.length + position]);
      writer.end(quantile);
    }
    writeCreated(writer, fields.summary.created, created, row);
    writer.end(summary);
    endMetric(writer, metric, timestamps, row);
  }
}

function encodeHistograms(
  writer: ProtobufWriter,
  family: HistogramSnapshot | GaugeHistogramSnapshot,
  labels: RowLabels,
  { first, end }: RowRange,
  exemplarWriter: ExemplarWriter,
): void {
  const created = family.type === "histogram" ? family.created : undefined;
  for (let row = first; row < end; row++) {
    const metric = beginMetric(writer, labels, row);
    const histogram = writer.begin(fields.metric.histogram);
    writeHistogram(writer, family, row, exemplarWriter);
    writeCreated(writer, fields.histogram.created, created, row);
    writer.end(histogram);
    endMetric(writer, metric, family.timestamps, row);
  }
}

function writeCreated(
  writer: ProtobufWriter,
  field: number,
  created: Created["created"],
  row: number,
): void {
  if (created !== undefined && Number.isFinite(created[row])) {
    writeTimestamp(writer, field, created[row]);
  }
}

/**
 * Whether a name ends in the unit, before the `_total` of a counter. If not, servers from 2.50 to
 * 3.8 reject the whole page.
 */
function isSuffix(unit: string, { type, name }: MetricFamily): boolean {
  const stem = type === "counter" && name.endsWith("_total") ? name.slice(0, -6) : name;
  return stem.endsWith(`_${unit}`);
}
