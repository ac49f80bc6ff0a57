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
  await inTimeSlices(restoreCheckpoint(state, checkpoint));
  await inTimeSlices(restoreEntries(state, entries, report));
}

function* restoreCheckpoint(
  state: AggregateState,
  checkpoint: readonly Uint8Array[],
): Generator<void, void, void> {
  if (checkpoint.length === 0) return;
  const sums: Uint8Array[] = [];
  for (const [at, part] of checkpoint.entries()) {
    const isEnd = at === checkpoint.length - 1;
    yield* naming(
      `part ${at + 1} of ${checkpoint.length} of the checkpoint`,
      readPart(part, isEnd),
    );
    yield;
  }
  yield* naming("the checkpoint", state.sums.restoreInSteps(sums));

  function* readPart(part: Uint8Array, isEnd: boolean): Generator<void, void, void> {
    const { kind, time, bytes } = readFrame(part);
    state.time = Math.max(state.time, time);
    if (kind === "settings") yield* state.adopt(readSettings(bytes));
    if (kind === "clients") state.clients.restore(bytes);
    if (kind === "refusals") state.refusals.restore(bytes);
    if (kind === "sums") sums.push(bytes);
    const isRight = isEnd
      ? kind === "end" && countIn(bytes) === checkpoint.length - 1
      : kind !== "end";
    if (!isRight) throw new StoreError("parts before or after it are missing");
  }
}

function* restoreEntries(
  state: AggregateState,
  entries: readonly Uint8Array[],
  report: (error: Error) => void,
): Generator<void, void, void> {
  for (const [at, bytes] of entries.entries()) {
    const entry = yield* naming(`entry ${at + 1} of ${entries.length}`, readEntry(bytes));
    const { error } = yield* state.apply(entry);
    if (error !== undefined) report(error);
    yield;
  }
}

function countIn(bytes: Uint8Array): number {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(0, true);
}

/** Takes steps, and says in their error what cannot be read, and what to do. */
function* naming<Result>(
  subject: string,
  steps: Generator<void, Result, void>,
): Generator<void, Result, void> {
  try {
    return yield* steps;
  } catch (error) {
    throw new StoreError(
      `${subject} in the store cannot be read: ${reasonOf(error)}. Nothing is taken until the ` +
        "store is as it was, or another one is used, which begins at 0",
    );
  }
}
