import { milliseconds } from "../../model/platform/clock.ts";
import { inTimeSlices, withinTimeSlice } from "../../model/platform/time_slices.ts";
import type { MetricFamily } from "../../model/snapshot.ts";
import type { EncodeOptions, Encoder } from "./encoder.ts";

/**
 * Encodes cooperatively: yields to the event loop every 5 ms. Snapshots do not change, so the page
 * still shows one moment. A page that takes less is there at once, without a promise.
 */
export function encodeCooperatively(
  encoder: Encoder,
  families: readonly MetricFamily[],
  options?: EncodeOptions,
): Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>> {
  const chunks = encoder.chunks?.(families, options);
  if (chunks === undefined) return encoder.encode(families, options);
  const began = milliseconds();
  return withinTimeSlice(chunks, began) ?? inTimeSlices(chunks, began);
}
