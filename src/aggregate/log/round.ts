import type { BatchResult } from "../../deltas/reply.ts";
import type { DeltaBatch } from "../../deltas/delta.ts";
import { MetricsError } from "../../model/errors.ts";
import type { ClientTable } from "./client_table.ts";

/** What is to become of a batch: it is applied, or why not. */
export type Decision =
  | { readonly result: "applied" }
  | { readonly result: Exclude<BatchResult, "applied" | "refused">; readonly reason?: string }
  | { readonly result: "refused"; readonly reason: string };

/** No copy of a request arrives later than this many seconds after another one was answered. */
const longestDelay = 600;

/** What is known of a client. */
interface Known {
  readonly start: number;
  readonly sequence: number;
}

/** What decides about batches. */
export interface RoundLimits {
  /** For how many seconds a client that is silent is known. */
  readonly clientSeconds: number;
  /** How many clients may be known. */
  readonly maxClients: number;
}

/**
 * The batches that are decided before the next append. Each is decided against the clients as they
 * will be once those before it are applied.
 */
export class Round {
  readonly #clients: ClientTable;
  readonly #now: number;
  readonly #limits: RoundLimits;
  /** Clients of this round by their name in hexadecimal digits. */
  readonly #ahead = new Map<string, Known>();
  #newcomers = 0;
  #limitReached: MetricsError | undefined;

  /** A round at a time of the aggregate. */
  constructor(clients: ClientTable, now: number, limits: RoundLimits) {
    this.#clients = clients;
    this.#now = now;
    this.#limits = limits;
  }

  /** Why new clients were not taken, if there are too many. */
  get limitReached(): Error | undefined {
    return this.#limitReached;
  }

  /** Decides about the next batch. */
  decide(name: string, { client, start, sequence }: DeltaBatch): Decision {
    const known = this.#ahead.get(name) ?? this.#known(client);
    const decision = known === undefined
      ? this.#decideNewcomer(start, sequence)
      : decideKnown(known, start, sequence);
    if (decision.result === "applied") {
      if (known === undefined) this.#newcomers++;
      this.#ahead.set(name, { start, sequence });
    }
    return decision;
  }

  #known(client: Uint8Array): Known | undefined {
    const row = this.#clients.find(client);
    if (row === -1) return undefined;
    return { start: this.#clients.startOf(row), sequence: this.#clients.sequenceOf(row) };
  }

  #decideNewcomer(start: number, sequence: number): Decision {
    const { clientSeconds, maxClients } = this.#limits;
    if (sequence !== 1) {
      return {
        result: "unknown",
        reason: "the aggregator does not know this client, or no longer: it was silent for more " +
          `than ${clientSeconds} s, or what the store had is lost; it must begin anew`,
      };
    }
    const tooEarly = start - this.#now - clientSeconds;
    if (tooEarly >= 0 && tooEarly < longestDelay) {
      // Called unknown it would begin anew, and a copy of this batch that is on its way be applied too.
      return {
        result: "unavailable",
        reason: `the client says that it started at ${start}, and it is ${this.#now} now, in ` +
          `seconds since 1970: its clock is ahead; it is taken in ${Math.ceil(tooEarly)} s`,
      };
    }
    // One that was forgotten has started at the floor or before it, and a batch may not be older.
    const oldest = Math.max(this.#clients.floor, this.#now - clientSeconds);
    if (!(start > oldest && start < this.#now + clientSeconds)) {
      return {
        result: "unknown",
        reason: `the client says that it started at ${start}, and it is ${this.#now} now, in ` +
          "seconds since 1970: it may be one that was forgotten; it must begin anew, and its clock " +
          "be right to some hours",
      };
    }
    if (this.#clients.size + this.#newcomers < maxClients) return { result: "applied" };
    const reason = `${maxClients} clients are known, which is the limit; raise maxClients, lower ` +
      "clientSeconds, shard, or let clients live longer";
    this.#limitReached ??= new MetricsError(`new clients are not taken: ${reason}`);
    return { result: "unavailable", reason };
  }
}

function decideKnown(known: Known, start: number, sequence: number): Decision {
  if (start !== known.start) {
    return {
      result: "refused",
      reason:
        `the client started at ${known.start} and not at ${start}: two clients have the same ` +
        "name, which must be random",
    };
  }
  if (sequence <= known.sequence) return { result: "duplicate" };
  if (sequence === known.sequence + 1) return { result: "applied" };
  return {
    result: "unknown",
    reason:
      `batch ${sequence} came after batch ${known.sequence}: what came between them is lost; ` +
      "the client must begin anew",
  };
}
