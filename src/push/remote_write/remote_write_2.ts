import { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import {
  type FamilyMetadata,
  type LabelPairs,
  type Protocol,
  type SharedPart,
  typeNumbers,
} from "./protocol.ts";

const fields = {
  request: { symbols: 4 },
  labels: 1,
  metadata: 5,
  metadataOf: { type: 1, help: 3, unit: 4 },
} as const;

/**
 * Remote Write 2.0: a request has a table of symbols, and its series refer to it.
 *
 * Source: https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/
 *
 * @param hasCreated Whether a series also has its start in the field of earlier drafts, which
 * Prometheus up to 3.7 and Mimir read.
 */
export function remoteWrite2(hasCreated: boolean): Protocol {
  return {
    version: "2.0",
    headers: {
      // Without a space: Prometheus would read it as the type of 1.0, and store nothing.
      "Content-Type": "application/x-protobuf;proto=io.prometheus.write.v2.Request",
      "X-Prometheus-Remote-Write-Version": "2.0.0",
    },
    escaping: "allow-utf-8",
    hasStart: true,
    fields: { series: 5, exemplars: 4, histograms: 3, ...hasCreated ? { created: 6 } : {} },
    open: () => new Symbols(),
  };
}

/** The table of symbols. Receivers that read a request as a stream need it before the series. */
class Symbols implements SharedPart {
  readonly #references = new Map<string, number>();
  readonly #writer = new ProtobufWriter();

  constructor() {
    this.#referenceOf("");
  }

  writeLabels(writer: ProtobufWriter, labels: LabelPairs): void {
    const packed = writer.begin(fields.labels);
    for (const text of labels) writer.varint(this.#referenceOf(text));
    writer.end(packed);
  }

  writeMetadata(writer: ProtobufWriter, { type, help, unit = "" }: FamilyMetadata): void {
    const metadata = writer.begin(fields.metadata);
    writer.varintField(fields.metadataOf.type, typeNumbers[type]);
    writer.varintField(fields.metadataOf.help, this.#referenceOf(help));
    writer.varintField(fields.metadataOf.unit, this.#referenceOf(unit));
    writer.end(metadata);
  }

  finish(): Uint8Array {
    return this.#writer.written;
  }

  #referenceOf(text: string): number {
    const known = this.#references.get(text);
    if (known !== undefined) return known;
    const reference = this.#references.size;
    this.#references.set(text, reference);
    this.#writer.textField(fields.request.symbols, text);
    return reference;
  }
}
