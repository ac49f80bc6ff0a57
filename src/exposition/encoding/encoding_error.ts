import { EncodingError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/**
 * Receives the error of a family or exemplar that could not be encoded and was left out.
 *
 * @category Formats
 */
export type EncodingErrorHandler = (error: EncodingError) => void;

/** An error that names the family, which a collector may have made of anything. */
export function encodingError(family: MetricFamily, cause: unknown): EncodingError {
  if (cause instanceof EncodingError) return cause;
  const name = family?.name ?? "a family without a name";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EncodingError(`${name}: ${reason}`, { cause });
}

/** The error for a family of no known type; `never`, so that a type without a case cannot compile. */
export function unknownType(family: never): TypeError {
  return new TypeError(`${JSON.stringify((family as MetricFamily).type)} is no type of metric`);
}
