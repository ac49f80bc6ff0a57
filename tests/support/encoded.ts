import type { Encoder, EncodingError, MetricFamily } from "../../mod.ts";
import type { EncodeOptions } from "../../src/core.ts";
import { textOf } from "./pages.ts";

/** A page in a text format, and the errors reported while it was encoded. */
export interface Encoded {
  readonly page: string;
  readonly errors: readonly EncodingError[];
}

/** Encodes families and collects the reported errors instead of throwing them. */
export function encoded(
  encoder: Encoder,
  families: readonly MetricFamily[],
  options: EncodeOptions = {},
): Encoded {
  const errors: EncodingError[] = [];
  const onError = (error: EncodingError) => void errors.push(error);
  return { page: textOf(encoder.encode(families, { ...options, onError })), errors };
}
