import type { EscapingScheme } from "../../exposition/encoding/escaping.ts";
import type { ProtobufWriter } from "../../exposition/protobuf/protobuf_writer.ts";
import type { FamilyHeader, MetricType } from "../../model/snapshot.ts";

/** A version of the Remote Write protocol. */
export interface Protocol {
  /** Its number. */
  readonly version: "1.0" | "2.0";
  /** The headers of each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** How names are written that are not legacy-valid. */
  readonly escaping: EscapingScheme;
  /** Whether a series carries when it began. */
  readonly hasStart: boolean;
  /** The field of a request's series, and the fields of a series. */
  readonly fields: SeriesFields;
  /** Begins what the series of a request have in common. */
  open(): SharedPart;
}

/** Numbers of fields that differ between the versions. */
export interface SeriesFields {
  readonly series: number;
  readonly exemplars: number;
  readonly histograms: number;
  /** The time of creation, as rc.3 of the protocol has it; left out if it is not written. */
  readonly created?: number;
}

/** Names and values of a series' labels in turn, sorted by name. */
export type LabelPairs = readonly string[];

/** A family, as metadata name it. */
export interface FamilyMetadata extends FamilyHeader {
  readonly type: MetricType;
}

/** What the series of a request have in common: their symbols, or their metadata. */
export interface SharedPart {
  /** Writes labels as the first fields of a message. */
  writeLabels(writer: ProtobufWriter, labels: LabelPairs): void;
  /** Writes, or remembers, what a series' family is. */
  writeMetadata(writer: ProtobufWriter, family: FamilyMetadata): void;
  /** The fields of the request besides its series. */
  finish(): Uint8Array;
}

/** The numbers of the types, which are the same in both versions. */
export const typeNumbers: Readonly<Record<MetricType, number>> = {
  unknown: 0,
  counter: 1,
  gauge: 2,
  histogram: 3,
  gaugehistogram: 4,
  summary: 5,
  info: 6,
  stateset: 7,
};
