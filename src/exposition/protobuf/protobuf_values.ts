import type { RowRange } from "../encoding/encoder.ts";
import type { StateSetSnapshot, Timestamps } from "../../model/snapshot.ts";
import { fields } from "./protobuf_fields.ts";
import { beginMetric, endMetric, pairWriter, type RowLabels } from "./protobuf_parts.ts";
import type { ProtobufWriter } from "./protobuf_writer.ts";

/** A value for each row. */
interface Values extends Timestamps {
  readonly values: Float64Array;
}

/** Writes gauges or values of unknown type. */
export function encodeValues(
  writer: ProtobufWriter,
  field: number,
  labels: RowLabels,
  { values, timestamps }: Values,
  { first, end }: RowRange,
): void {
  for (let row = first; row < end; row++) {
    const metric = beginMetric(writer, labels, row);
    writeValue(writer, field, values[row]);
    endMetric(writer, metric, timestamps, row);
  }
}

/** Writes infos as gauges of 1. */
export function encodeInfos(
  writer: ProtobufWriter,
  { timestamps }: Timestamps,
  labels: RowLabels,
  { first, end }: RowRange,
): void {
  for (let row = first; row < end; row++) {
    const metric = beginMetric(writer, labels, row);
    writeValue(writer, fields.metric.gauge, 1);
    endMetric(writer, metric, timestamps, row);
  }
}

/** Writes the states of each series as gauges: the state is an additional label. */
export function encodeStates(
  writer: ProtobufWriter,
  { name, labels: { names, values: labels }, states, values, timestamps }: StateSetSnapshot,
  { first, end }: RowRange,
): void {
  const width = names.length;
  const writeLabels = pairWriter([...names, name]);
  for (let row = first; row < end; row++) {
    const set = labels.slice(row * width, (row + 1) * width);
    for (let state = 0; state < states.length; state++) {
      set[width] = states[state];
      const metric = writer.begin(fields.metricFamily.metric);
      writeLabels(writer, set, 0);
      writeValue(writer, fields.metric.gauge, values[row * states.length + state]);
      endMetric(writer, metric, timestamps, row);
    }
  }
}

/** Writes a gauge or a value of unknown type: a message with one double. */
function writeValue(writer: ProtobufWriter, field: number, value: number): void {
  const message = writer.begin(field);
  writer.doubleField(fields.gauge.value, value);
  writer.end(message);
}
