import { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import {
  type FamilyMetadata,
  type LabelPairs,
  type Protocol,
  type SharedPart,
  typeNumbers,
} from "./protocol.ts";

const fields = {
  request: { metadata: 3 },
  labels: 1,
  label: { name: 1, value: 2 },
  metadata: { type: 1, family: 2, help: 4, unit: 5 },
} as const;

/**
 * Remote Write 1.0: each series carries its labels as text.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec/
 */
export const remoteWrite1: Protocol = {
  version: "1.0",
  headers: {
    "Content-Type": "application/x-protobuf",
    "X-Prometheus-Remote-Write-Version": "0.1.0",
  },
  escaping: "underscores",
  hasStart: false,
  fields: { series: 1, exemplars: 3, histograms: 4 },
  open: () => new Metadata(),
};

/** The metadata of a request's families. */
class Metadata implements SharedPart {
  readonly #families = new Map<string, FamilyMetadata>();

  writeLabels(writer: ProtobufWriter, labels: LabelPairs): void {
    for (let at = 0; at < labels.length; at += 2) {
      const label = writer.begin(fields.labels);
      writer.textField(fields.label.name, labels[at]);
      writer.textField(fields.label.value, labels[at + 1]);
      writer.end(label);
    }
  }

  writeMetadata(_writer: ProtobufWriter, family: FamilyMetadata): void {
    this.#families.set(family.name, family);
  }

  finish(): Uint8Array {
    const writer = new ProtobufWriter(256);
    for (const { name, type, help, unit } of this.#families.values()) {
      const metadata = writer.begin(fields.request.metadata);
      writer.varintField(fields.metadata.type, typeNumbers[type]);
      writer.textField(fields.metadata.family, name);
      writer.textField(fields.metadata.help, help);
      if (unit !== undefined) writer.textField(fields.metadata.unit, unit);
      writer.end(metadata);
    }
    return writer.written;
  }
}
