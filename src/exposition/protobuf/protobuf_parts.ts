import type { Exemplar } from "../../model/exemplar.ts";
import type { LabelTable } from "../../model/label_table.ts";
import { fields } from "./protobuf_fields.ts";
import { ProtobufWriter } from "./protobuf_writer.ts";
import { cacheRows, type RowsOf, type WriteRow } from "./label_bytes.ts";

/** Writes the labels of a row as the first fields of a `Metric`. */
export type RowLabels = (writer: ProtobufWriter, row: number) => void;

/** The most rows of a table whose label sets are cached, in half a megabyte. */
const maxCachedRows = 16_384;

/** A writer of the label sets of a table, at least of the rows before `end`. */
export function labelsOf(table: LabelTable, end: number): RowLabels {
  if (table.rows > maxCachedRows) {
    const write = pairWriter(table.names);
    return (writer, row) => write(writer, table.values, row * table.names.length);
  }
  const { bytes, ends } = labelPairs(table, end);
  return (writer, row) => writer.bytes(bytes, row === 0 ? 0 : ends[row - 1], ends[row]);
}

const labelPairs: RowsOf = /* @__PURE__ */ cacheRows(
  (capacity) => new ProtobufWriter(capacity),
  pairWriter,
);

/** Writes label sets with these names, sorted by name. */
export function pairWriter(names: readonly string[]): WriteRow<ProtobufWriter> {
  const columns = names.map((name, column) => ({ name, column, bytes: nameField(name) }))
    .sort((one, other) => one.name < other.name ? -1 : 1);
  return (writer, values, first) => {
    for (const { bytes, column } of columns) {
      const value = values[first + column];
      // An empty value is an absent label: writing it would make two series of one.
      if (value === "") continue;
      const label = writer.begin(fields.metric.label);
      writer.bytes(bytes);
      writer.textField(fields.labelPair.value, value);
      writer.end(label);
    }
  };
}

/** Writes an exemplar. */
export function writeExemplar(
  writer: ProtobufWriter,
  field: number,
  { labels, value, timestamp }: Exemplar,
): void {
  const exemplar = writer.begin(field);
  for (const name of Object.keys(labels).sort()) {
    if (labels[name] === "") continue;
    const label = writer.begin(fields.exemplar.label);
    writer.textField(fields.labelPair.name, name);
    writer.textField(fields.labelPair.value, labels[name]);
    writer.end(label);
  }
  writer.doubleField(fields.exemplar.value, value);
  writeTimestamp(writer, fields.exemplar.timestamp, timestamp);
  writer.end(exemplar);
}

/**
 * Writes a time in seconds since 1970, rounded to microseconds: a double holds today's times to a
 * quarter of one. Without rounding, every second time in milliseconds would lose one of them in
 * Prometheus, which truncates.
 */
export function writeTimestamp(writer: ProtobufWriter, field: number, seconds: number): void {
  const microseconds = Math.round(seconds * 1e6);
  const whole = Math.floor(microseconds / 1e6);
  const timestamp = writer.begin(field);
  writer.varintField(fields.timestamp.seconds, whole);
  writer.varintField(fields.timestamp.nanoseconds, (microseconds - whole * 1e6) * 1000);
  writer.end(timestamp);
}

/** Begins a series with its labels. */
export function beginMetric(writer: ProtobufWriter, writeLabels: RowLabels, row: number): number {
  const metric = writer.begin(fields.metricFamily.metric);
  writeLabels(writer, row);
  return metric;
}

/** Ends a series with the time of its values, in milliseconds, if it has one. */
export function endMetric(
  writer: ProtobufWriter,
  metric: number,
  timestamps: Float64Array | undefined,
  row: number,
): void {
  if (timestamps != null && !Number.isNaN(timestamps[row])) {
    writer.varintField(fields.metric.timestamp, Math.round(timestamps[row] * 1000));
  }
  writer.end(metric);
}

/** The name field of a label, which is the same in every row. */
function nameField(name: string): Uint8Array {
  const writer = new ProtobufWriter();
  writer.textField(fields.labelPair.name, name);
  return writer.finish();
}
