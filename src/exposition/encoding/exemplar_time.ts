import { EncodingError } from "../../model/errors.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import type { EncodingErrorHandler } from "./encoding_error.ts";

/**
 * Whether an exemplar has a time, which OpenMetrics 2.0 demands and Prometheus for those of native
 * buckets, too. One that has none is reported.
 */
export function hasTime(
  family: string,
  { timestamp }: Exemplar,
  onError: EncodingErrorHandler,
): boolean {
  if (Number.isFinite(timestamp)) return true;
  const problem = `an exemplar has the timestamp ${timestamp}; give seconds since 1970`;
  onError(new EncodingError(`${family}: ${problem}`));
  return false;
}
