import { reasonOf } from "../../model/errors.ts";
import { inTimeSlices, TimeSlice } from "../../model/platform/time_slices.ts";
import type { AggregateState } from "./aggregate_state.ts";
import { readEntry } from "./entries.ts";
import { frameBytes, readFrame, writeFrame } from "./frame.ts";
import { readSettings, writeSettings } from "./state_settings.ts";
import type { StoredAggregate } from "./store.ts";
import { StoreError } from "./store_error.ts";

/** The parts of a checkpoint, in time slices. The state must not change meanwhile. */
export async function checkpointOf(
  state: AggregateState,
  longestBytes: number,
): Promise<readonly Uint8Array[]> {
  const { time, clients, refusals, sums, settings } = state;
  const parts: Uint8Array[] = [
    writeFrame({ kind: "settings", time, bytes: writeSettings(settings) }),
  ];
  const longest = longestBytes - frameBytes;
  const slice = new TimeSlice();
  for (const kind of ["clients", "refusals"] as const) {
    for (const bytes of (kind === "clients" ? clients : refusals).dump(longest)) {
      parts.push(writeFrame({ kind, time, bytes }));
      if (slice.isOver) await slice.next();
    }
  }
  for (const bytes of await inTimeSlices(sums.dumpInSteps(longest))) {
    parts.push(writeFrame({ kind: "sums", time, bytes }));
    if (slice.isOver) await slice.next();
  }
  const count = new Uint8Array(4);
  new DataView(count.buffer).setUint32(0, parts.length, true);
  parts.push(writeFrame({ kind: "end", time, bytes: count }));
  return parts;
}

/**
 * Brings a state back from what a store has kept, in time slices.
 *
 * @param state An empty one.
 * @param report Is told of entries that were applied only in part.
 * @throws {StoreError} If anything of it was written by a newer version, or is damaged. Going on
 * without it would lose counts, and count again what is sent again.
 */
export async function restoreState(
  state: AggregateState,
  { checkpoint, entries }: StoredAggregate,
  report: (error: Error) => void,
): Promise<void> {
  const slice = new TimeSlice();
  const sums: Uint8Array[] = [];
  for (const [at, part] of checkpoint.entries()) {
    naming(`part ${at + 1} of ${checkpoint.length} of the checkpoint`, () => {
      const { kind, time, bytes } = readFrame(part);
      const isEnd = at === checkpoint.length - 1;
      state.time = Math.max(state.time, time);
      if (kind === "settings") state.adopt(readSettings(bytes));
      if (kind === "clients") state.clients.restore(bytes);
      if (kind === "refusals") state.refusals.restore(bytes);
      if (kind === "sums") sums.push(bytes);
      const isRight = isEnd ? kind === "end" && countIn(bytes) === at : kind !== "end";
      if (!isRight) throw new StoreError("parts before or after it are missing");
    });
    if (slice.isOver) await slice.next();
  }
  if (checkpoint.length > 0) {
    const steps = state.sums.restoreInSteps(sums);
    await inTimeSlices({ next: () => naming("the checkpoint", () => steps.next()) });
  }
  for (const [at, bytes] of entries.entries()) {
    const entry = naming(`entry ${at + 1} of ${entries.length}`, () => readEntry(bytes));
    const { error } = state.apply(entry);
    if (error !== undefined) report(error);
    if (slice.isOver) await slice.next();
  }
}

function countIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** Runs an action, and says in its error what cannot be read, and what to do. */
function naming<Result>(subject: string, action: () => Result): Result {
  try {
    return action();
  } catch (error) {
    throw new StoreError(
      `${subject} in the store cannot be read: ${reasonOf(error)}. Nothing is taken until the ` +
        "store is as it was, or another one is used, which begins at 0",
    );
  }
}
