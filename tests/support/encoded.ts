import type { EncodeOptions, Encoder, EncodingError, MetricFamily } from "../../mod.ts";
import { textOf } from "./pages.ts";

/** A page in a text format, and what was reported while it was written. */
export interface Encoded {
  readonly page: string;
  readonly errors: readonly EncodingError[];
}

/** Writes families and keeps what is reported, instead of throwing it. */
export function encoded(
  encoder: Encoder,
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): Encoded {
  const errors: EncodingError[] = [];
  const onError = (error: EncodingError) => void errors.push(error);
  return { page: textOf(encoder.encode(families, { ...options, onError })), errors };
}
