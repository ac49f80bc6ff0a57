import type { MetricFamily } from "../../model/snapshot.ts";
import { inTimeSlices } from "../../model/time_slices.ts";
import type { EncodeOptions, Encoder } from "./encoder.ts";

/**
 * Encodes cooperatively: yields to the event loop every 5 ms. Snapshots do not change, so the page
 * still shows one moment.
 */
export async function encodeCooperatively(
  encoder: Encoder,
  families: readonly MetricFamily[],
  options?: EncodeOptions,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks = encoder.chunks?.(families, options);
  return chunks === undefined ? encoder.encode(families, options) : await inTimeSlices(chunks);
}
