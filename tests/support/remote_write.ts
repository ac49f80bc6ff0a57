import { readFileSync } from "node:fs";
import { join } from "node:path";
import protobuf from "protobufjs";
import { root } from "./root.ts";
import { readSnappy } from "./snappy.ts";

export type Protocol = "2.0" | "1.0";
export type Labels = readonly (readonly [name: string, value: string])[];

/** The bits of a NaN that ends a series, and of any other NaN. */
export const staleBits = 0x7ff0000000000002n;
export const nanBits = 0x7ff8000000000001n;

/** A double with its bits, because JavaScript knows only one NaN. */
export interface WrittenDouble {
  readonly value: number;
  readonly bits: bigint;
}

export interface WrittenSample extends WrittenDouble {
  /** In milliseconds, as all times here; `undefined` if the field was not written. */
  readonly timestamp?: number;
  readonly startTimestamp?: number;
}

export interface WrittenExemplar {
  readonly labels: Labels;
  readonly value?: number;
  readonly timestamp?: number;
}

export interface WrittenSpan {
  readonly offset?: number;
  readonly length?: number;
}

/** A native histogram with only the fields that were written. */
export interface WrittenHistogram {
  readonly countInt?: number;
  readonly countFloat?: number;
  readonly sum: WrittenDouble;
  readonly schema?: number;
  readonly zeroThreshold?: number;
  readonly zeroCountInt?: number;
  readonly zeroCountFloat?: number;
  readonly negativeSpans?: readonly WrittenSpan[];
  readonly negativeDeltas?: readonly number[];
  readonly negativeCounts?: readonly number[];
  readonly positiveSpans?: readonly WrittenSpan[];
  readonly positiveDeltas?: readonly number[];
  readonly positiveCounts?: readonly number[];
  readonly resetHint?: string;
  readonly timestamp?: number;
  readonly customValues?: readonly number[];
  readonly startTimestamp?: number;
}

export interface WrittenMetadata {
  /** In lower case, such as `counter`; a number if no type has it, `""` if none was written. */
  readonly type: string;
  readonly help: string;
  readonly unit: string;
}

/** A series of a request; its labels are in the order in which they were written. */
export interface WrittenSeries {
  readonly labels: Labels;
  readonly samples: readonly WrittenSample[];
  readonly histograms: readonly WrittenHistogram[];
  readonly exemplars: readonly WrittenExemplar[];
  /** Only in 2.0. */
  readonly metadata?: WrittenMetadata;
  readonly createdTimestamp?: number;
}

export interface WrittenRequest {
  readonly protocol: Protocol;
  readonly series: readonly WrittenSeries[];
  /** By family; only in 1.0. */
  readonly metadata: readonly (readonly [family: string, metadata: WrittenMetadata])[];
  /** Only in 2.0. */
  readonly symbols: readonly string[];
  /** What the message as such breaks: symbols, references, unknown fields. */
  readonly faults: readonly string[];
}

type Raw = Readonly<Record<string, unknown>>;

const requestTypes: Readonly<Record<Protocol, protobuf.Type>> = {
  "1.0": typeOf("remote_write_1.proto", "prometheus.WriteRequest"),
  "2.0": typeOf("remote_write_2.proto", "io.prometheus.write.v2.Request"),
};

/** Reads a request with protobufjs, after an own reader of Snappy blocks checked the compression. */
export function decodeRequest(body: Uint8Array, protocol: Protocol): WrittenRequest {
  return decodeMessage(readSnappy(body), protocol);
}

/** Reads a request that is not compressed. */
export function decodeMessage(bytes: Uint8Array, protocol: Protocol): WrittenRequest {
  const type = requestTypes[protocol];
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  const message = type.decode(reader);
  const raw = type.toObject(message, { longs: BigInt, enums: String }) as Raw;
  const unknown = unknownFields(message).map((path) => `unknown field in ${path}`);
  return protocol === "1.0"
    ? { ...requestOf1(raw), faults: unknown }
    : requestOf2(raw, [...unknown, ...misplacedSymbols(bytes)]);
}

/** The bytes of a message, for requests made by hand. */
export function encodeMessage(message: object, protocol: Protocol): Uint8Array {
  const type = requestTypes[protocol];
  return type.encode(type.fromObject(message as Record<string, unknown>)).finish().slice();
}

/** The double of these bits. */
export function doubleOf(bits: bigint): WrittenDouble {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return { value: view.getFloat64(0), bits };
}

/** The double of this number; NaN has the bits that Prometheus gives it. */
export function bitsOf(value: number): bigint {
  if (Number.isNaN(value)) return nanBits;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

function typeOf(file: string, name: string): protobuf.Type {
  const schema = readFileSync(join(root, "tests/cases", file), "utf8");
  return protobuf.parse(schema).root.lookupType(name);
}

function requestOf1({ timeseries, metadata }: Raw): Omit<WrittenRequest, "faults"> {
  const labelsOf = ({ labels }: Raw): Labels =>
    list(labels).map(({ name = "", value = "" }) => [`${name}`, `${value}`]);
  return {
    protocol: "1.0",
    symbols: [],
    series: list(timeseries).map((series) => seriesOf(series, labelsOf)),
    metadata: list(metadata).map(({ metricFamilyName = "", type, help = "", unit = "" }) => [
      `${metricFamilyName}`,
      { type: typeName(type), help: `${help}`, unit: `${unit}` },
    ]),
  };
}

function requestOf2({ symbols: written, timeseries }: Raw, faults: string[]): WrittenRequest {
  const symbols = (written ?? []) as readonly string[];
  const used = new Set([0]);
  const symbol = (ref: number): string => {
    used.add(ref);
    if (ref >= symbols.length) faults.push(`reference ${ref} to ${symbols.length} symbols`);
    return symbols[ref] ?? "";
  };
  const labelsOf = ({ labelsRefs }: Raw): Labels => {
    const refs = (labelsRefs ?? []) as readonly number[];
    if (refs.length % 2 > 0) faults.push(`${refs.length} references for labels`);
    return Array.from(
      { length: Math.floor(refs.length / 2) },
      (_, pair) => [symbol(refs[2 * pair]), symbol(refs[2 * pair + 1])],
    );
  };
  const series = list(timeseries).map((each) => {
    const { type, helpRef = 0, unitRef = 0 } = (each.metadata ?? {}) as Raw;
    const metadata = {
      type: typeName(type),
      help: symbol(helpRef as number),
      unit: symbol(unitRef as number),
    };
    return { ...seriesOf(each, labelsOf), metadata };
  });
  if (symbols[0] !== "") faults.push(`the first symbol is ${JSON.stringify(symbols[0])}`);
  const twice = symbols.filter((text, at) => symbols.indexOf(text) !== at);
  if (twice.length > 0) faults.push(`symbols twice: ${JSON.stringify(twice)}`);
  const unused = symbols.filter((_, at) => !used.has(at));
  if (unused.length > 0) faults.push(`unused symbols: ${JSON.stringify(unused)}`);
  return { protocol: "2.0", symbols, series, metadata: [], faults };
}

function seriesOf(series: Raw, labelsOf: (message: Raw) => Labels): WrittenSeries {
  return {
    labels: labelsOf(series),
    samples: list(series.samples).map((sample) => ({
      ...times(sample),
      ...doubleOf((sample.value ?? 0n) as bigint),
    })),
    histograms: list(series.histograms).map((histogram) => ({
      ...numbers(histogram),
      sum: doubleOf((histogram.sum ?? 0n) as bigint),
    })),
    exemplars: list(series.exemplars).map((exemplar) => ({
      ...numbers({ ...exemplar, labels: undefined, labelsRefs: undefined }),
      labels: labelsOf(exemplar),
    })),
    ...times({ createdTimestamp: series.createdTimestamp }),
  };
}

function list(field: unknown): readonly Raw[] {
  return (field ?? []) as readonly Raw[];
}

function times({ value: _, ...fields }: Raw): object {
  return numbers(fields);
}

/** The fields that were written, with plain numbers for integers of 64 bits. */
function numbers(fields: Raw): object {
  const plain = (field: unknown): unknown => {
    if (Array.isArray(field)) return field.map(plain);
    return typeof field === "bigint" ? Number(field) : field;
  };
  return Object.fromEntries(
    Object.entries(fields).filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, plain(field)]),
  );
}

function typeName(type: unknown): string {
  return `${type ?? ""}`.toLowerCase().replace(/^(unspecified|unknown)$/, "");
}

/** Where a message has fields that the schema lacks, or has with another wire type. */
function unknownFields(message: object, path = "the request"): readonly string[] {
  const { $unknowns = [] } = message as { readonly $unknowns?: readonly unknown[] };
  const inside = Object.entries(message).flatMap(([name, field]) =>
    [field].flat().filter((each) => each instanceof protobuf.Message)
      .flatMap((each) => unknownFields(each, name))
  );
  return [...$unknowns.length > 0 ? [path] : [], ...inside];
}

/** A receiver may read series as they come, so the symbols must stand before them. */
function misplacedSymbols(bytes: Uint8Array): readonly string[] {
  const reader = protobuf.Reader.create(bytes);
  let begun = false;
  while (reader.pos < reader.len) {
    const tag = reader.uint32();
    if (tag >>> 3 === 5) begun = true;
    if (tag >>> 3 === 4 && begun) return ["a symbol after a series"];
    reader.skipType(tag & 7);
  }
  return [];
}
