import type { MetricFamily } from "../../model/snapshot.ts";
import type { EncodeOptions, Encoder } from "./encoder.ts";

/** Time after which encoding yields to the event loop. */
const timeSliceMs = 5;

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
  if (chunks === undefined) return encoder.encode(families, options);
  for (let began = Date.now();;) {
    const chunk = chunks.next();
    if (chunk.done) return chunk.value;
    if (Date.now() - began < timeSliceMs) continue;
    await yieldToEventLoop();
    began = Date.now();
  }
}

/** Lets other work run first, if the runtime has timers. */
function yieldToEventLoop(): Promise<void> {
  const { setTimeout } = globalThis as { setTimeout?: (callback: () => void) => unknown };
  return new Promise((resolve) => setTimeout === undefined ? resolve() : setTimeout(resolve));
}
