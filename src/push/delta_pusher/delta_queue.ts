import { type EncodedFamilies, frameBatch } from "../../deltas/batches/batch_writer.ts";
import { clientBytes, lastingBytes } from "../../deltas/batches/format.ts";
import { batchType } from "../../deltas/reply.ts";
import { canCompress, gzip } from "../../exposition/encoding/gzip.ts";
import { unixSeconds } from "../../model/platform/clock.ts";
import type { Message } from "../delivery/message.ts";
import type { QueuedFamily } from "./queued_families.ts";

/** Smaller batches fit into one packet as they are. */
const fewBytes = 1000;

/** A batch, from when its families are encoded until it is settled. */
export interface QueuedBatch {
  /** Its families, without a header. */
  readonly encoded: EncodedFamilies;
  /** What of each family is in it, or in others too. */
  readonly families: readonly QueuedFamily[];
  /** When it was gathered, in seconds since 1970. */
  readonly time: number;
  /** What is sent, the same at each attempt; nothing before the first. */
  frozen?: Pick<Message, "headers" | "body">;
  /** When its first attempt began, in milliseconds. */
  since?: number;
  /** Whether an attempt ended without an answer that counts, or has not ended. */
  isUncertain: boolean;
}

/** What an aggregator knows a client by. */
interface Client {
  readonly name: Uint8Array;
  /** When it began, in seconds since 1970. */
  readonly start: number;
  /** The number of the last batch that is settled. */
  sequence: number;
}

/**
 * The batches that are to be sent, in their order, and the name under which they are.
 *
 * A batch gets its number and its bytes when it is first sent, and the next number is given only
 * when it is settled. One that is dropped, or must be sent under another name, ends the name for
 * good. So there is never a second batch with the same name and number.
 */
export class DeltaQueue {
  readonly #compress: boolean;
  readonly #batches: QueuedBatch[] = [];
  #client: Client | undefined;
  /** What all names of this client have in common. */
  #lasting: Uint8Array | undefined;
  /** Number of names so far. */
  #names = 0;
  /** What is added to the own clock to have the aggregator's, in seconds. */
  #clockOffset = 0;

  constructor(compress: boolean) {
    this.#compress = compress;
  }

  /** The batch whose turn it is. */
  get head(): QueuedBatch | undefined {
    return this.#batches[0];
  }

  /** Number of series in all batches. */
  get series(): number {
    return this.#batches.reduce((sum, { encoded: { series } }) => sum + series, 0);
  }

  /** Puts batches at the end. */
  push(batches: readonly QueuedBatch[]): void {
    this.#batches.push(...batches);
  }

  /**
   * Freezes what is sent for the head.
   *
   * @param isCurrent Whether this may still be done, after a wait for the compression.
   */
  async freeze(batch: QueuedBatch, isCurrent: () => boolean): Promise<void> {
    if (batch.frozen !== undefined) return;
    // Not earlier: on Workers there is neither randomness nor a clock outside of requests.
    const client = this.#client ??= {
      name: this.#nextName(),
      start: unixSeconds() + this.#clockOffset,
      sequence: 0,
    };
    const { name, start, sequence } = client;
    const header = { client: name, sequence: sequence + 1, start, time: batch.time };
    const body = frameBatch(header, batch.encoded.bytes);
    const headers = { "content-type": batchType };
    const frozen = this.#compress && body.length > fewBytes && canCompress()
      ? { body: await gzip(body), headers: { ...headers, "content-encoding": "gzip" } }
      : { body, headers };
    if (isCurrent()) batch.frozen = frozen;
  }

  /** A name that was never used: 96 random bits, which stay, and how many there were before. */
  #nextName(): Uint8Array {
    this.#lasting ??= crypto.getRandomValues(new Uint8Array(lastingBytes));
    const name = new Uint8Array(clientBytes);
    name.set(this.#lasting);
    new DataView(name.buffer).setUint32(lastingBytes, this.#names++);
    return name;
  }

  /** Removes the head, which the aggregator has under its number. */
  settle(): void {
    this.#batches.shift();
    if (this.#client !== undefined) this.#client.sequence++;
  }

  /** Gives up the head, and the name: it may still arrive. */
  drop(): void {
    this.#batches.shift();
    this.#client = undefined;
  }

  /** Sets the clock by which the next client begins. An aggregator refuses one that is far off. */
  setClock(time: number): void {
    this.#clockOffset = time - unixSeconds();
  }

  /** Sends the head under a new name, as the aggregator has not applied it for certain. */
  rename(): void {
    const { head } = this;
    if (head !== undefined) head.frozen = undefined;
    this.#client = undefined;
  }
}
