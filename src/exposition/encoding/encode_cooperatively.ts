import type { MetricFamily } from "../../model/snapshot.ts";
import type { EncodeOptions, Encoder } from "./encoder.ts";

/** How long a page is written at a stretch. */
const timeSliceMs = 5;

/**
 * Writes families without holding up everything else: after some milliseconds other work has its
 * turn. Snapshots do not change, so a page is that of one moment all the same.
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

/** Lets other work go first, where there are timers to come back by. */
function yieldToEventLoop(): Promise<void> {
  const { setTimeout } = globalThis as { setTimeout?: (callback: () => void) => unknown };
  return new Promise((resolve) => setTimeout === undefined ? resolve() : setTimeout(resolve));
}
