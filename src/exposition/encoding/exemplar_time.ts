import { EncodingError } from "../../model/errors.ts";
import type { Exemplar } from "../../model/exemplar.ts";
import type { EncodingErrorHandler } from "./encoding_error.ts";

/**
 * Whether an exemplar has a timestamp. OpenMetrics 2.0 requires one, and so does Prometheus for
 * exemplars of native buckets. An exemplar without is reported.
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
