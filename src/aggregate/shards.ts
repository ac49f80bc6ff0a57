import { clientOf } from "../deltas/batches/batch_reader.ts";
import type { FamilyDelta } from "../deltas/delta.ts";
import { aggregatorHeader, type BatchReply, batchType } from "../deltas/reply.ts";
import { raceDeadline } from "../model/platform/deadline.ts";
import { CollectionError, reasonOf } from "../model/errors.ts";
import { inTimeSlices } from "../model/platform/time_slices.ts";
import { readExact } from "./exact_answer.ts";
import type { AnsweredBatch } from "./answered_batch.ts";

/**
 * An aggregator elsewhere that has the sums of a part of all clients: a Durable Object's stub, or
 * whatever else has `fetch`. Behind it is an app of `createAggregatorApp()`.
 *
 * @category Aggregation
 */
export interface Shard {
  /** Sends a request; its URL is `https://shard/deltas` or `https://shard/exact`. */
  fetch(url: string, init: RequestInit): Promise<Response>;
  /**
   * When it was added, in seconds since 1970: it has only clients that began later. Others stay where
   * they are, as only there it is known what they have sent. 0 by default; give a time that is still
   * to come when the last instance learns of the shard.
   */
  readonly since?: number;
}

/** How shards are read. */
export interface ShardReading {
  /** Ends the wait. */
  readonly signal?: AbortSignal;
  /** Whether it is no page, so that new series stay new. */
  readonly isLook?: boolean;
}

/** The longest time of a request to a shard; a batch or a page that takes longer has failed. */
const longestSeconds = 10;

/**
 * The aggregators among which clients are spread. Each client belongs to one of them, by its random
 * id, so that its sequence is known in one place.
 */
export class Shards {
  readonly #shards: readonly Shard[];

  constructor(shards: readonly Shard[]) {
    this.#shards = shards;
  }

  /** Passes a batch on to the shard of its client. */
  async receive(bytes: Uint8Array<ArrayBuffer>): Promise<AnsweredBatch> {
    const shard = this.#shardOf(clientOf(bytes));
    try {
      const response = await this.#ask(shard, "/deltas", {
        method: "POST",
        headers: { "content-type": batchType },
        body: bytes,
      });
      return { status: response.status, reply: await response.json() as BatchReply };
    } catch (error) {
      const reason = `shard ${shard}: ${reasonOf(error)}; send it again`;
      return { status: 503, reply: { result: "unavailable", reason } };
    }
  }

  /**
   * What each of them would show on a page. All have answered then, or will not: one that answers
   * after the page has failed would take its new series for shown, and they would never be 0.
   *
   * @throws {CollectionError} If one does not answer: sums without it would go down, which a server
   * takes for a restart of everything.
   */
  async exact(
    { signal, isLook = false }: ShardReading,
  ): Promise<readonly (readonly FamilyDelta[])[]> {
    const path = isLook ? "/exact?look" : "/exact";
    const answers = await Promise.allSettled(
      this.#shards.map(async (_, shard) => {
        const response = await this.#ask(shard, path, { method: "GET" }, signal);
        return new Uint8Array(await response.arrayBuffer());
      }),
    );
    const all: (readonly FamilyDelta[])[] = [];
    for (const [shard, answer] of answers.entries()) {
      try {
        if (answer.status === "rejected") throw answer.reason;
        // One after the other: slices of several would follow each other in one turn.
        all.push(await inTimeSlices(readExact(answer.value)));
      } catch (error) {
        throw new CollectionError(
          `shard ${shard}: ${reasonOf(error)}; without it nothing is shown, as sums would go down`,
          { cause: error },
        );
      }
    }
    return all;
  }

  /**
   * The shard of a client: always the same, as its id and its start never change. The first one has
   * all clients that began before there was another, and refuses those whose start is no time.
   */
  #shardOf({ client, start }: ReturnType<typeof clientOf>): number {
    const candidates = [...this.#shards.keys()]
      .filter((at) => at === 0 || start >= (this.#shards[at].since ?? 0));
    return candidates[new DataView(client.buffer).getUint32(0) % candidates.length];
  }

  async #ask(
    shard: number,
    path: string,
    init: RequestInit,
    signal?: AbortSignal,
  ): Promise<Response> {
    const request = this.#shards[shard].fetch(`https://shard${path}`, init);
    const response = await raceDeadline(
      request,
      { seconds: longestSeconds, signal },
      () => undefined,
    );
    if (response === undefined) throw new Error("no answer in time");
    if (response.headers.has(aggregatorHeader)) {
      if (response.ok || path === "/deltas") return response;
    }
    throw new Error(`it answered ${response.status}; is it an app of createAggregatorApp()?`);
  }
}
