import { lineValues } from "../../exposition/text/line_values.ts";
import { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { Protocol, SharedPart } from "./protocol.ts";
import { maxSamples, type WriteRequest } from "./request.ts";
import { writeCreated, writeSample } from "./samples.ts";
import { reachedBy, type SentFamily } from "./sent_family.ts";
import { SimilarMessages } from "./similar_messages.ts";
import { compress, snappyPreamble } from "./snappy.ts";

/** Stands for the time of a sample, which takes six bytes from 1971 to 2109. */
const placeholder = 2 ** 40;
const timeSize = 6;

/** Whether a time in milliseconds since 1970 takes as many bytes as its placeholder. */
export function isSteadyTime(time: number): boolean {
  return time >= 2 ** 35 && time < 2 ** 42;
}

/** Neighboring samples of a family. */
interface Stretch {
  readonly sent: SentFamily;
  readonly first: number;
  end: number;
}

/** What is in front of the series, compressed. */
interface Head {
  readonly elements: Uint8Array;
  /** Number of uncompressed bytes. */
  readonly size: number;
}

/**
 * A request whose series are the same at each push. It is written and compressed once; then only
 * the values and the time are written into it.
 */
export class SteadyBlock {
  readonly #protocol: Protocol;
  #shared: SharedPart | undefined;
  #head: Head | undefined;
  readonly #messages = new SimilarMessages();
  readonly #message = new ProtobufWriter(256);
  readonly #stretches: Stretch[] = [];
  /** Where the values lie. */
  readonly #positions = new Uint32Array(maxSamples);
  /** Number of series. */
  #length = 0;

  constructor(protocol: Protocol) {
    this.#protocol = protocol;
    this.#shared = protocol.open();
  }

  /** Whether there is no room for another series. */
  get isFull(): boolean {
    return this.#length === maxSamples;
  }

  /** Appends a sample of a family. */
  append(sent: SentFamily, position: number, time: number): void {
    const shared = this.#shared!;
    const message = this.#message;
    message.truncate(0);
    const start = sent.startOf(position, time);
    const series = message.begin(this.#protocol.fields.series);
    shared.writeLabels(message, sent.labelsOf(position));
    const valueEnd = writeSample(message, this.#protocol, 0, { time: placeholder, start });
    shared.writeMetadata(message, sent.metadata);
    writeCreated(message, this.#protocol, start);
    const length = message.length;
    message.end(series);
    const valueAt = valueEnd - 8 + message.length - length;
    this.#positions[this.#length++] = this.#messages.append(message.written, valueAt);
    const last = this.#stretches.at(-1);
    if (last?.sent === sent && last.end === position) last.end++;
    else this.#stretches.push({ sent, first: position, end: position + 1 });
    this.#head = undefined;
  }

  /** Whether it has samples of one of these families. */
  hasAny(families: ReadonlySet<SentFamily>): boolean {
    return this.#stretches.some(({ sent }) => families.has(sent));
  }

  /** Takes their place from its samples and those behind them. */
  release(): void {
    for (const { sent, first } of this.#stretches) sent.placed = Math.min(sent.placed, first);
  }

  /** The request with the values of these families. */
  request(current: (sent: SentFamily) => MetricFamily, time: number): WriteRequest {
    return {
      samples: this.#length,
      histograms: 0,
      isCurrent: true,
      body: () => {
        this.#write(current, time);
        return this.#body();
      },
      settle: (outcome) => {
        for (const { sent, first, end } of this.#stretches) {
          sent.settle(sent.rowOf(first), sent.rowOf(end - 1) + 1, reachedBy[outcome]);
        }
      },
    };
  }

  #write(current: (sent: SentFamily) => MetricFamily, time: number): void {
    const { elements, unlike } = this.#messages;
    let at = 0;
    for (const { sent, first, end } of this.#stretches) {
      const lines = sent.lines.length;
      const rows = { first: sent.rowOf(first), end: sent.rowOf(end - 1) + 1 };
      const values = lineValues(current(sent), lines, ["sum", "count"])(rows);
      const skipped = rows.first * lines;
      for (let position = first; position < end; position++) {
        elements.setDouble(this.#positions[at++], values[position - skipped]);
      }
    }
    // All other times are copies of these, which lie behind a tag.
    const bytes = timeBytes(time);
    for (const position of unlike) elements.setBytes(position + 1, bytes);
  }

  #body(): Uint8Array<ArrayBuffer> {
    const { elements: head, size } = this.#head ??= this.#compressHead();
    const { elements } = this.#messages;
    const preamble = snappyPreamble(size + this.#messages.size);
    const body = new Uint8Array(preamble.length + head.length + elements.length);
    body.set(preamble);
    body.set(head, preamble.length);
    body.set(elements.written, preamble.length + head.length);
    return body;
  }

  #compressHead(): Head {
    const head = this.#shared!.finish();
    const elements = compress(head).slice(snappyPreamble(head.length).length);
    // No series is appended any more, and a table of symbols takes more memory than all else here.
    if (this.isFull) this.#shared = undefined;
    return { elements, size: head.length };
  }
}

function timeBytes(time: number): Uint8Array {
  const writer = new ProtobufWriter(timeSize + 4);
  writer.varint(time);
  return writer.written;
}
