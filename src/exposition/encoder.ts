import { EncodingError } from "../core/errors.ts";
import type { MetricFamily } from "../core/snapshot.ts";
import type { AcceptClause } from "./accept.ts";
import { ByteWriter } from "./byte_writer.ts";

/** Told of a family that could not be written and was left out. */
export type EncodingErrorHandler = (error: EncodingError) => void;

/** A format: writes snapshots as bytes. It has no state, so one serves all requests. */
export interface Encoder {
  /** The full `Content-Type` of what it writes. */
  readonly contentType: string;
  /** Whether a clause of an `Accept` header names this format. Wildcards name none. */
  accepts(clause: AcceptClause): boolean;
  /**
   * Writes families in the order given.
   *
   * @param onError Told of a family that cannot be written; the others are. Without it the error is
   * thrown.
   * @throws {EncodingError} Where a family cannot be written, and there is no `onError`.
   */
  encode(
    families: readonly MetricFamily[],
    onError?: EncodingErrorHandler,
  ): Uint8Array<ArrayBuffer>;
}

/** Writes families one by one; one that fails leaves nothing behind. */
export function encodeEach(
  families: readonly MetricFamily[],
  encodeFamily: (writer: ByteWriter, family: MetricFamily) => void,
  onError?: EncodingErrorHandler,
): ByteWriter {
  const writer = new ByteWriter();
  for (const family of families) {
    const start = writer.length;
    try {
      encodeFamily(writer, family);
    } catch (cause) {
      writer.truncate(start);
      const reason = cause instanceof Error ? cause.message : String(cause);
      const error = new EncodingError(`${family.name}: ${reason}`, { cause });
      if (onError === undefined) throw error;
      onError(error);
    }
  }
  return writer;
}
