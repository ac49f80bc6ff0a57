import type { EncodingError } from "../core/errors.ts";
import type { MetricFamily } from "../core/snapshot.ts";
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

/** A format: writes snapshots as bytes. It has no state, so one serves all requests. */
export interface Encoder {
  /** The `Content-Type` of what it writes, without the escaping scheme. */
  readonly contentType: string;
  /** Whether the `Content-Type` always tells the escaping scheme, asked for or not. */
  readonly tellsEscaping?: boolean;
  /** Whether a clause of an `Accept` header names this format. Wildcards name none. */
  accepts(clause: AcceptClause): boolean;
  /**
   * Writes families in the order given.
   *
   * @throws {EncodingError} Where something cannot be written, and there is no `onError`.
   */
  encode(families: readonly MetricFamily[], options?: EncodeOptions): Uint8Array<ArrayBuffer>;
}

/** A buffer that can go back to where it was. */
interface Rewindable {
  readonly length: number;
  truncate(length: number): void;
}

/**
 * Writes families one by one, with their names escaped. One that fails leaves nothing behind and is
 * reported.
 */
export function encodeEach(
  writer: Rewindable,
  families: readonly MetricFamily[],
  { escaping = "underscores", onError = rethrow }: EncodeOptions,
  encodeFamily: (family: MetricFamily, onError: EncodingErrorHandler) => void,
): void {
  for (const family of escapeFamilies(families, escaping, onError)) {
    const start = writer.length;
    try {
      encodeFamily(family, onError);
    } catch (cause) {
      writer.truncate(start);
      onError(encodingError(family, cause));
    }
  }
}

function rethrow(error: EncodingError): never {
  throw error;
}
