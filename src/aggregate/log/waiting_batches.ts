import { BatchError } from "../../deltas/batches/batch_error.ts";
import { readBatchInSteps } from "../../deltas/batches/batch_reader.ts";
import type { DeltaBatch } from "../../deltas/delta.ts";
import { type BatchReply, statusOf } from "../../deltas/reply.ts";
import { reasonOf } from "../../model/errors.ts";
import { withinTimeSlice } from "../../model/platform/time_slices.ts";
import { hexOf } from "./client_name.ts";
import { frameBytes } from "./frame.ts";

/** A reply with the status of the answer. */
export type Answer = BatchReply & { readonly status: number };

/** A batch that waits for its answer. */
export interface Waiting {
  readonly bytes: Uint8Array;
  readonly batch: DeltaBatch;
  /** The client's name in hexadecimal digits. */
  readonly name: string;
  readonly answer: (answer: Answer) => void;
}

/** A batch that came, and the steps that read it. */
interface Received {
  readonly bytes: Uint8Array;
  readonly steps: Generator<void, DeltaBatch | Answer, void>;
  /** What it holds, if it was read at once. */
  readonly batch?: DeltaBatch;
  readonly answer: (answer: Answer) => void;
}

/** Bytes of the batches that are appended at once; one batch may have more. */
const roundBytes = 1024 * 1024;

/** Bytes of the batches that may wait. */
const mostBytes = 64 * 1024 * 1024;

/** The batches that wait for the store, in the order in which they came. */
export class WaitingBatches {
  #batches: Received[] = [];
  #bytes = 0;

  /** Number of them. */
  get size(): number {
    return this.#batches.length;
  }

  /**
   * Takes one, and reads it if that is short.
   *
   * @param longestBytes The longest entry of the store.
   * @returns The answer, at once if the batch does not wait.
   */
  receive(bytes: Uint8Array, longestBytes: number): Promise<Answer> | Answer {
    const longest = longestBytes - frameBytes;
    if (bytes.length > longest) {
      const reason = `the batch has ${bytes.length} bytes, and the store takes ${longest}; send ` +
        "fewer series at once";
      return { result: "refused", status: 413, reason };
    }
    // They would take too much memory.
    if (this.#bytes >= mostBytes) {
      return unavailable("too many batches wait for the store; send this one again later");
    }
    const steps = readReceived(bytes);
    // Behind a long one that was not read yet it waits to be read, too.
    const last = this.#batches.at(-1);
    const batch = last === undefined || last.batch ? withinTimeSlice(steps) : undefined;
    if (batch !== undefined && "result" in batch) return batch;
    this.#bytes += bytes.length;
    return new Promise((answer) => this.#batches.push({ bytes, steps, batch, answer }));
  }

  /** Takes out those that are appended next, read to their ends, in steps. */
  *takeRound(): Generator<void, readonly Waiting[], void> {
    let [count, bytes] = [0, 0];
    for (const { bytes: { length } } of this.#batches) {
      if (count > 0 && bytes + length > roundBytes) break;
      bytes += length;
      count++;
    }
    this.#bytes -= bytes;
    const read: Waiting[] = [];
    for (const { bytes, steps, batch: known, answer } of this.#batches.splice(0, count)) {
      const batch = known ?? (yield* steps);
      if ("result" in batch) answer(batch);
      else read.push({ bytes, batch, name: hexOf(batch.client), answer });
    }
    return read;
  }

  /** Answers all that the same may come again. */
  refuseAll(reason: string): void {
    for (const { answer } of this.#batches.splice(0)) answer(unavailable(reason));
    this.#bytes = 0;
  }
}

/** Reads a batch, in steps; the answer to it if it cannot be read. */
function* readReceived(bytes: Uint8Array): Generator<void, DeltaBatch | Answer, void> {
  try {
    return yield* readBatchInSteps(bytes);
  } catch (error) {
    const status = error instanceof BatchError ? error.status : 400;
    return { result: "refused", status, reason: reasonOf(error) };
  }
}

/** The answer to a batch that may come again. */
export function unavailable(reason: string): Answer {
  return { result: "unavailable", status: statusOf.unavailable, reason };
}
