import { EncodingError } from "../../model/errors.ts";
import type { MetricFamily } from "../../model/snapshot.ts";

/** Told of a family or exemplar that could not be written and was left out. */
export type EncodingErrorHandler = (error: EncodingError) => void;

/** What went wrong with a family, which may be no family at all, as an error that names it. */
export function encodingError(family: MetricFamily, cause: unknown): EncodingError {
  if (cause instanceof EncodingError) return cause;
  const name = family?.name ?? "a family without a name";
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new EncodingError(`${name}: ${reason}`, { cause });
}
