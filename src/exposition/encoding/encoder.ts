import type { EncodingError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AcceptClause } from "./accept.ts";
import { encodingError, type EncodingErrorHandler } from "./encoding_error.ts";
import { escapeFamilies } from "./escape_families.ts";
import type { EscapingScheme } from "./escaping.ts";

/** What an encoding may be told. */
export interface EncodeOptions {
  /**
   * How names that are not legacy-valid are written; `underscores` by default, which changes no
   * other name.
   */
  readonly escaping?: EscapingScheme;
  /** Told of what could not be written; the rest is. Without it the first error is thrown. */
  readonly onError?: EncodingErrorHandler;
}

/** A page in the making, a step at a time: between two of them other work may be done. */
export type EncodingChunks = Generator<void, Uint8Array<ArrayBuffer>, void>;

/** A format: writes snapshots as bytes. It has no state, so one serves all requests. */
export interface Encoder {
  /** The `Content-Type` of what it writes, without the escaping scheme. */
  readonly contentType: string;
  /** Whether the `Content-Type` always tells the escaping scheme, asked for or not. */
  readonly namesEscaping?: boolean;
  /** Whether a clause of an `Accept` header names this format. Wildcards name none. */
  accepts(clause: AcceptClause): boolean;
  /**
   * Writes families in the order given.
   *
   * @throws {EncodingError} Where something cannot be written, and there is no `onError`.
   */
  encode(families: readonly MetricFamily[], options?: EncodeOptions): Uint8Array<ArrayBuffer>;
  /**
   * The same in steps of about a millisecond. A page of 100,000 series takes 10 ms or more, and a
   * format that has no steps holds up everything else for as long.
   */
  chunks?(families: readonly MetricFamily[], options?: EncodeOptions): EncodingChunks;
}

/** A format that writes in steps. */
export function chunkedEncoder(
  format: Omit<Encoder, "encode"> & Required<Pick<Encoder, "chunks">>,
): Encoder {
  return {
    ...format,
    encode(families, options) {
      const chunks = format.chunks(families, options);
      for (;;) {
        const chunk = chunks.next();
        if (chunk.done) return chunk.value;
      }
    },
  };
}

/** A buffer that can go back to where it was. */
interface Rewindable {
  readonly length: number;
  truncate(length: number): void;
}

/** Bytes that small families have together in a step. */
const bytesPerChunk = 65_536;

/**
 * Writes families one by one, with their names escaped. One that fails leaves nothing behind and is
 * reported.
 */
export function* encodeEach(
  writer: Rewindable,
  families: readonly MetricFamily[],
  { escaping = "underscores", onError = rethrow }: EncodeOptions,
  encodeFamily: (family: MetricFamily, onError: EncodingErrorHandler) => Iterable<void> | void,
): Generator<void> {
  let bytes = 0;
  for (const family of escapeFamilies(families, escaping, onError)) {
    const start = writer.length;
    try {
      const chunks = encodeFamily(family, onError);
      if (chunks !== undefined) yield* chunks;
    } catch (cause) {
      writer.truncate(start);
      onError(encodingError(family, cause));
    }
    if (writer.length - bytes < bytesPerChunk) continue;
    bytes = writer.length;
    yield;
  }
}

/** Rows from the first up to the end, which is not one of them. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Rows that are written in a step: 1,000 histograms take about 1 ms. */
const rowsPerChunk = 1024;

/**
 * Writes rows: a few at once, many part by part with a step after each. Without rows there is one
 * part, of none.
 *
 * @param finish Writes what comes after the last row.
 * @returns The steps, if there are any.
 */
export function encodeRows(
  rows: number,
  encodePart: (part: RowRange) => void,
  finish: () => void = () => {},
): Iterable<void> | void {
  if (rows > rowsPerChunk) return encodeManyRows(rows, encodePart, finish);
  encodePart({ first: 0, end: rows });
  finish();
}

function* encodeManyRows(
  rows: number,
  encodePart: (part: RowRange) => void,
  finish: () => void,
): Generator<void> {
  for (let first = 0; first < rows; first += rowsPerChunk) {
    encodePart({ first, end: Math.min(first + rowsPerChunk, rows) });
    yield;
  }
  finish();
}

function rethrow(error: EncodingError): never {
  throw error;
}
