/**
 * How to write a format:
 *
 * 1. Make an {@linkcode Encoder} with {@linkcode chunkedEncoder}: a `contentType`, `accepts()`, and
 *    `chunks()`, which fills a writer with all families and returns `writer.finish()`.
 * 2. Write families through {@linkcode encodeEach}, which escapes names, takes a family that fails
 *    off the page and reports it; and rows through {@linkcode encodeRows}, which makes the chunks. A
 *    loop of its own would lose these.
 * 3. Export a `Format` (format.ts) with its option, and add a line to ../format_list.ts.
 *
 * Helpers of text formats, in the order in which to read them: number_text.ts, label_text.ts and
 * sample_name.ts (parts of a line); family_template.ts (what is the same on every page);
 * line_values.ts (the values of rows); line_cache.ts and line_block.ts (lines of the last page);
 * write_lines.ts (lines of families that are too large for these); first_page.ts (families that come
 * for the first time); byte_writer.ts and size_estimate.ts. What is kept between pages lies in a
 * page_cache.ts. Those of binary formats: protobuf_writer.ts, label_bytes.ts. Of the formats,
 * prometheus_text.ts is the shortest.
 *
 * Buffers that are reused lie at the level of modules, such as `scratch` in line_block.ts and
 * line_values.ts. This is safe because nothing yields between filling and using one: an encoder
 * yields only after a chunk, and a chunk leaves nothing in them. What they return is valid until the
 * next call.
 *
 * @module
 */
import type { MetricsError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { AcceptClause } from "./accept.ts";
import { encodingError, type EncodingErrorHandler } from "./encoding_error.ts";
import { escapeFamilies } from "./escape_families.ts";
import type { EscapingScheme } from "./escaping.ts";
import { beginPage } from "./page_cache.ts";

/**
 * Options of one encoding.
 *
 * @category Formats
 */
export interface EncodeOptions {
  /** How names that are not legacy-valid are escaped; `underscores` by default. */
  readonly escaping?: EscapingScheme;
  /** Receives what could not be encoded; the rest is. Without it the first error is thrown. */
  readonly onError?: EncodingErrorHandler;
  /**
   * @internal Where to write a page that is as long as the last one. It is a whole `ArrayBuffer` that
   * nobody reads any more.
   */
  readonly buffer?: Uint8Array<ArrayBuffer>;
}

/**
 * A page that is encoded in chunks: between two of them other work may run.
 *
 * @category Formats
 */
export type EncodingChunks = Generator<void, Uint8Array<ArrayBuffer>, void>;

/**
 * An exposition format: encodes snapshots as bytes. It has no state, so one serves all requests.
 *
 * @category Formats
 */
export interface Encoder {
  /** The `Content-Type` of its pages, without the escaping scheme. */
  readonly contentType: string;
  /** Whether the `Content-Type` names the escaping scheme even if the request names none. */
  readonly namesEscaping?: boolean;
  /** Whether a clause of an `Accept` header names this format. A wildcard names no format. */
  accepts(clause: AcceptClause): boolean;
  /**
   * Encodes families in the order given.
   *
   * @throws {EncodingError} If something cannot be encoded and there is no `onError`.
   */
  encode(families: readonly MetricFamily[], options?: EncodeOptions): Uint8Array<ArrayBuffer>;
  /**
   * Encodes the same page in chunks of about a millisecond. A page of 100,000 series takes 10 ms or
   * more, and a format without chunks blocks everything else for as long.
   */
  chunks?(families: readonly MetricFamily[], options?: EncodeOptions): EncodingChunks;
}

/** An encoder whose `encode()` runs all its chunks at once. */
export function chunkedEncoder(
  format: Omit<Encoder, "encode"> & Required<Pick<Encoder, "chunks">>,
): Encoder {
  const chunksOf: typeof format.chunks = (families, options) => {
    beginPage();
    return format.chunks(families, options);
  };
  return {
    ...format,
    chunks: chunksOf,
    encode(families, options) {
      const chunks = chunksOf(families, options);
      for (;;) {
        const chunk = chunks.next();
        if (chunk.done) return chunk.value;
      }
    },
  };
}

/** A buffer that can be cut back to an earlier length, and grow in steps. */
interface PageWriter {
  readonly length: number;
  truncate(length: number): void;
  makeRoom(size: number): Iterable<void>;
}

/** The parts of a large family. It gives, after each, which share of the family is written. */
export type FamilyParts = Iterable<number>;

/** Bytes of small families that make a chunk. */
const bytesPerChunk = 65_536;

/**
 * Encodes families one by one, with their names escaped. A family that fails leaves no bytes on the
 * page and is reported.
 */
export function encodeEach(
  writer: PageWriter,
  families: readonly MetricFamily[],
  { escaping = "underscores", onError = rethrow }: EncodeOptions,
  encodeFamily: (family: MetricFamily, onError: EncodingErrorHandler) => FamilyParts | void,
): Generator<void> {
  const escaped = escapeFamilies(families, escaping, onError);
  return encodeEscaped(writer, escaped, onError, (family) => encodeFamily(family, onError));
}

/** {@linkcode encodeEach} for families whose names need no escaping. */
export function* encodeEscaped(
  writer: PageWriter,
  families: readonly MetricFamily[],
  onError: EncodingErrorHandler,
  encodeFamily: (family: MetricFamily, position: number) => FamilyParts | void,
): Generator<void> {
  let bytes = 0;
  for (let position = 0; position < families.length; position++) {
    const family = families[position];
    const start = writer.length;
    try {
      const parts = encodeFamily(family, position);
      if (parts !== undefined) yield* inParts(writer, start, parts);
    } catch (cause) {
      writer.truncate(start);
      onError(encodingError(family, cause));
    }
    if (writer.length - bytes < bytesPerChunk) continue;
    bytes = writer.length;
    yield;
  }
}

/** Writes the parts of a family, each into room that is there for all that are still to come. */
function* inParts(writer: PageWriter, start: number, parts: FamilyParts): Generator<void> {
  for (const share of parts) {
    yield* writer.makeRoom((writer.length - start) * (1 / share - 1));
    yield;
  }
}

/** Rows from `first` up to, but not including, `end`. */
export interface RowRange {
  readonly first: number;
  readonly end: number;
}

/** Lines of a chunk: 0.1 ms, and 3 ms on a first page, whose code has not been compiled. */
const linesPerChunk = 1024;

/** The rows of a chunk, if each has so many lines: a power of two. */
export function rowsPerChunk(linesPerRow: number): number {
  return 2 ** Math.max(0, Math.floor(Math.log2(linesPerChunk / linesPerRow)));
}

/**
 * Encodes the rows of a family: up to 1,024 lines at once, more of them part by part with a chunk
 * each. A family without rows has one empty part.
 *
 * @param linesPerRow Lines of a row, or parts of the same size.
 * @param finish Writes what comes after the last row.
 * @returns The parts, if there are several; each is written when it is asked for.
 */
export function encodeRows(
  rows: number,
  linesPerRow: number,
  encodePart: (part: RowRange) => void,
  finish: () => void = () => {},
): FamilyParts | void {
  const most = rowsPerChunk(linesPerRow);
  if (rows > most) return encodeManyRows(rows, most, encodePart, finish);
  encodePart({ first: 0, end: rows });
  finish();
}

function* encodeManyRows(
  rows: number,
  most: number,
  encodePart: (part: RowRange) => void,
  finish: () => void,
): Generator<number> {
  for (let first = 0; first < rows; first += most) {
    const end = Math.min(first + most, rows);
    encodePart({ first, end });
    yield end / rows;
  }
  finish();
}

/** The handler of errors if the caller gives none. */
export function rethrow(error: MetricsError): never {
  throw error;
}
