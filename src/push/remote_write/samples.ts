import type { Exemplar } from "../../model/exemplar.ts";
import type { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import { compareBytes } from "./series_labels.ts";
import type { LabelPairs, Protocol, SharedPart } from "./protocol.ts";

/** The end of a series, in place of a value: a server then shows it no longer. */
export const stale: unique symbol = /* @__PURE__ */ Symbol("stale");

/** A number, or the end of a series. */
export type SampleValue = number | typeof stale;

/** When a sample was taken and its series began, in milliseconds since 1970. */
export interface SampleTimes {
  readonly time: number;
  /** 0 if that is not known, or the series does not count anything. */
  readonly start: number;
}

const fields = {
  samples: 2,
  sample: { value: 1, time: 2, start: 3 },
  exemplar: { value: 2, time: 3 },
} as const;

/** The wire type of a double in the lower bits of a field's tag. */
const fixed64 = 1;

/**
 * The bits of NaN, the lowest byte first: an engine may change those of a number.
 *
 * Source: https://github.com/prometheus/prometheus/blob/main/model/value/value.go
 */
const nanBytes = {
  plain: /* @__PURE__ */ Uint8Array.of(1, 0, 0, 0, 0, 0, 0xf8, 0x7f),
  stale: /* @__PURE__ */ Uint8Array.of(2, 0, 0, 0, 0, 0, 0xf0, 0x7f),
};

/** Writes a value as a field of type double. */
export function writeValue(writer: ProtobufWriter, field: number, value: SampleValue): void {
  if (value !== stale && !Number.isNaN(value)) return writer.doubleField(field, value);
  writer.varint(field << 3 | fixed64);
  writer.bytes(value === stale ? nanBytes.stale : nanBytes.plain);
}

/**
 * Writes a sample of a series.
 *
 * @returns The position after the eight bytes of the value. As a sample is short, they stay there.
 */
export function writeSample(
  writer: ProtobufWriter,
  { hasStart }: Protocol,
  value: SampleValue,
  { time, start }: SampleTimes,
): number {
  const sample = writer.begin(fields.samples);
  writeValue(writer, fields.sample.value, value);
  const valueEnd = writer.length;
  writer.varintField(fields.sample.time, time);
  if (hasStart && start !== 0) writer.varintField(fields.sample.start, start);
  writer.end(sample);
  return valueEnd;
}

/** Writes an exemplar of a series. */
export function writeExemplar(
  writer: ProtobufWriter,
  { fields: { exemplars } }: Protocol,
  shared: SharedPart,
  { labels, value, timestamp }: Exemplar,
): void {
  const exemplar = writer.begin(exemplars);
  shared.writeLabels(writer, pairsOf(labels));
  writeValue(writer, fields.exemplar.value, value);
  writer.varintField(fields.exemplar.time, Math.floor(timestamp * 1000));
  writer.end(exemplar);
}

function pairsOf(labels: Exemplar["labels"]): LabelPairs {
  return Object.entries(labels)
    .filter(([, value]) => value !== "")
    .sort(([one], [other]) => compareBytes(one, other))
    .flat();
}

/** Writes the start of a series as earlier drafts of 2.0 have it. */
export function writeCreated(
  writer: ProtobufWriter,
  { fields: { created } }: Protocol,
  start: number,
): void {
  if (created !== undefined && start !== 0) writer.varintField(created, start);
}
