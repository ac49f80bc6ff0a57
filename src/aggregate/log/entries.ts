import { readBatchInSteps } from "../../deltas/batches/batch_reader.ts";
import type { DeltaBatch } from "../../deltas/delta.ts";
import { readFrame, writeFrame } from "./frame.ts";
import { readSettings, type StateSettings, writeSettings } from "./state_settings.ts";
import { StoreError } from "./store_error.ts";

/**
 * What changes an aggregate, at a time of the aggregate. Applied to the same state it has the same
 * effect, so a state can be had again from its log.
 *
 * - `batch`: deltas of a client.
 * - `page`: series without a page before are shown, at 0.
 * - `sweep`: what has expired is removed.
 * - `remove`: a family is removed, as somebody has asked for.
 * - `settings`: entries from here on were made with these. Those before it stay what they were.
 */
export type Entry =
  & { readonly time: number }
  & (
    | { readonly kind: "batch"; readonly batch: DeltaBatch; readonly bytes: Uint8Array }
    | { readonly kind: "page" }
    | { readonly kind: "sweep" }
    | { readonly kind: "remove"; readonly family: string }
    | { readonly kind: "settings"; readonly settings: StateSettings }
  );

const nothing = /* @__PURE__ */ new Uint8Array();

/** Writes an entry for a log. */
export function writeEntry(entry: Entry): Uint8Array<ArrayBuffer> {
  return writeFrame({ kind: entry.kind, time: entry.time, bytes: contentOf(entry) });
}

/**
 * Reads an entry of a log, in steps.
 *
 * @throws {StoreError} If it was written by a newer version, or is damaged.
 */
export function* readEntry(frame: Uint8Array): Generator<void, Entry, void> {
  const { kind, time, bytes } = readFrame(frame);
  if (kind === "batch") return { kind, time, bytes, batch: yield* readBatchInSteps(bytes) };
  if (kind === "page" || kind === "sweep") return { kind, time };
  if (kind === "remove") return { kind, time, family: new TextDecoder().decode(bytes) };
  if (kind === "settings") return { kind, time, settings: readSettings(bytes) };
  throw new StoreError(`it is a part of a checkpoint ("${kind}") and no entry`);
}

function contentOf(entry: Entry): Uint8Array {
  if (entry.kind === "batch") return entry.bytes;
  if (entry.kind === "remove") return new TextEncoder().encode(entry.family);
  return entry.kind === "settings" ? writeSettings(entry.settings) : nothing;
}
