import type { HistogramSnapshot, MetricFamily } from "../core/snapshot.ts";
import type { ByteWriter } from "./byte_writer.ts";
import { encodeEach, type Encoder } from "./encoder.ts";
import { type LabelText, labelText } from "./label_text.ts";
import { canonicalText } from "./number_text.ts";

/**
 * The text format 0.0.4, which every Prometheus-compatible server reads.
 *
 * Source: https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format
 */
export const prometheusText: Encoder = {
  contentType: "text/plain; version=0.0.4; charset=utf-8",
  accepts: ({ value, parameters }) =>
    value === "text/plain" && (parameters.get("version") ?? "0.0.4") === "0.0.4",
  encode: (families, onError) => encodeEach(families, encodeFamily, onError).finish(),
};

function encodeFamily(writer: ByteWriter, family: MetricFamily): void {
  const { name, type } = family;
  writer.text(`# HELP ${name} ${escapeHelp(family.help)}\n# TYPE ${name} ${type}\n`);
  switch (family.type) {
    case "counter":
    case "gauge":
      return encodeValues(writer, name, labelText(family.labels), family.values);
    case "histogram":
      return encodeHistogram(writer, family);
    default:
      throw new TypeError(`the text format has no type ${JSON.stringify(family satisfies never)}`);
  }
}

function encodeValues(
  writer: ByteWriter,
  name: string,
  labels: LabelText,
  values: Float64Array,
): void {
  const sample = new SampleName(name);
  for (let row = 0; row < values.length; row++) {
    sample.write(writer, labels, row);
    writer.valueLine(values[row]);
  }
}

function encodeHistogram(writer: ByteWriter, family: HistogramSnapshot): void {
  const { name, bounds, buckets, sums } = family;
  const labels = labelText(family.labels);
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

/** A sample's name with what stands around its labels, as bytes that are only copied. */
class SampleName {
  readonly #bare: Uint8Array;
  readonly #open: Uint8Array;
  readonly #close: Uint8Array;

  /** @param last A label that comes after those of the series. */
  constructor(name: string, last = "") {
    const utf8 = new TextEncoder();
    this.#bare = utf8.encode(last === "" ? `${name} ` : `${name}{${last}} `);
    this.#open = utf8.encode(`${name}{`);
    this.#close = utf8.encode(last === "" ? "} " : `,${last}} `);
  }

  write(writer: ByteWriter, { bytes, ends }: LabelText, row: number): void {
    const start = row === 0 ? 0 : ends[row - 1];
    const end = ends[row];
    if (start === end) return writer.bytes(this.#bare);
    writer.bytes(this.#open);
    writer.bytes(bytes, start, end);
    writer.bytes(this.#close);
  }
}

/** Escapes backslash and line feed: the text format leaves double quotes in help as they are. */
function escapeHelp(help: string): string {
  return help.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}
