import { BatchError } from "../../deltas/batches/batch_error.ts";
import { readBatch } from "../../deltas/batches/batch_reader.ts";
import type { DeltaBatch } from "../../deltas/delta.ts";
import { type BatchReply, statusOf } from "../../deltas/reply.ts";
import { reasonOf } from "../../model/errors.ts";
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

/** Bytes of the batches that are appended at once; one batch may have more. */
const roundBytes = 1024 * 1024;

/** Bytes of the batches that may wait. */
const mostBytes = 64 * 1024 * 1024;

/** The batches that wait for the store, in the order in which they came. */
export class WaitingBatches {
  #batches: Waiting[] = [];
  #bytes = 0;

  /** Number of them. */
  get size(): number {
    return this.#batches.length;
  }

  /** Whether no more may wait, as they would take too much memory. */
  get isFull(): boolean {
    return this.#bytes >= mostBytes;
  }

  /** Adds one; resolves with its answer. */
  add(waiting: Omit<Waiting, "answer">): Promise<Answer> {
    this.#bytes += waiting.bytes.length;
    return new Promise((answer) => this.#batches.push({ ...waiting, answer }));
  }

  /** Takes out those that are appended next. */
  takeRound(): readonly Waiting[] {
    let [count, bytes] = [0, 0];
    for (const { bytes: { length } } of this.#batches) {
      if (count > 0 && bytes + length > roundBytes) break;
      bytes += length;
      count++;
    }
    this.#bytes -= bytes;
    return this.#batches.splice(0, count);
  }

  /** Answers all that the same may come again. */
  refuseAll(reason: string): void {
    for (const { answer } of this.#batches.splice(0)) answer(unavailable(reason));
    this.#bytes = 0;
  }
}

/** Reads a batch; the answer to it if it cannot be read, or a store cannot take so many bytes. */
export function readReceived(bytes: Uint8Array, longestBytes: number): DeltaBatch | Answer {
  const longest = longestBytes - frameBytes;
  if (bytes.length > longest) {
    const reason = `the batch has ${bytes.length} bytes, and the store takes ${longest}; send ` +
      "fewer series at once";
    return { result: "refused", status: 413, reason };
  }
  try {
    return readBatch(bytes);
  } catch (error) {
    const status = error instanceof BatchError ? error.status : 400;
    return { result: "refused", status, reason: reasonOf(error) };
  }
}

/** The answer to a batch that may come again. */
export function unavailable(reason: string): Answer {
  return { result: "unavailable", status: statusOf.unavailable, reason };
}
