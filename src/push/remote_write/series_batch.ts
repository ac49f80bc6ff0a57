import { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import { type NativeSample, writeNativeSample } from "./native_samples.ts";
import type { FamilyMetadata, LabelPairs, Protocol, SharedPart } from "./protocol.ts";
import { maxSamples, type Outcome, type WriteRequest } from "./request.ts";
import {
  type SampleTimes,
  type SampleValue,
  writeCreated,
  writeExemplar,
  writeSample,
} from "./samples.ts";
import { compress } from "./snappy.ts";

/** A series with one sample, or one native histogram. */
export interface BatchedSeries extends SampleTimes {
  readonly labels: LabelPairs;
  readonly metadata: FamilyMetadata;
  readonly value: SampleValue | NativeSample;
  readonly exemplars?: readonly Exemplar[];
  /** Called once the server has answered. */
  readonly settle: (outcome: Outcome) => void;
}

/** A request in the making, from series one by one. */
export class SeriesBatch {
  readonly #protocol: Protocol;
  readonly #isCurrent: boolean;
  readonly #shared: SharedPart;
  readonly #series = new ProtobufWriter();
  readonly #settling: BatchedSeries["settle"][] = [];
  #samples = 0;
  #histograms = 0;

  /** @param isCurrent Whether its values are those of now. */
  constructor(protocol: Protocol, isCurrent: boolean) {
    this.#protocol = protocol;
    this.#isCurrent = isCurrent;
    this.#shared = protocol.open();
  }

  /** Whether there is no room for another sample. */
  get isFull(): boolean {
    return this.#settling.length === maxSamples;
  }

  /** Whether it has no series yet. */
  get isEmpty(): boolean {
    return this.#settling.length === 0;
  }

  /** Appends a series. */
  append({ labels, metadata, value, time, start, exemplars = [], settle }: BatchedSeries): void {
    const writer = this.#series;
    const protocol = this.#protocol;
    const series = writer.begin(protocol.fields.series);
    this.#shared.writeLabels(writer, labels);
    const times = { time, start };
    const isNative = typeof value === "object";
    if (isNative) {
      writeNativeSample(writer, protocol, value, times);
      this.#histograms++;
    } else {
      writeSample(writer, protocol, value, times);
      this.#samples++;
    }
    for (const exemplar of exemplars) writeExemplar(writer, protocol, this.#shared, exemplar);
    this.#shared.writeMetadata(writer, metadata);
    // Prometheus 3.5 with created-timestamp-zero-ingestion crashes if a native histogram has one and a
    // zero of its own at that time.
    if (!isNative) writeCreated(writer, protocol, start);
    writer.end(series);
    this.#settling.push(settle);
  }

  /** The request. */
  request(): WriteRequest {
    let body: Uint8Array<ArrayBuffer> | undefined;
    return {
      samples: this.#samples,
      histograms: this.#histograms,
      isCurrent: this.#isCurrent,
      body: () => {
        if (body !== undefined) return body;
        const writer = new ProtobufWriter(this.#series.length + 4096);
        writer.bytes(this.#shared.finish());
        writer.bytes(this.#series.written);
        return body = compress(writer.written);
      },
      settle: (outcome) => this.#settling.forEach((settle) => settle(outcome)),
    };
  }
}
