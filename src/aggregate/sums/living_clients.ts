/** A client with values that count while it lives. */
export interface LivingClient {
  /** Its id. */
  readonly id: string;
  /** How often it had begun anew when it sent its values. */
  generation: number;
  /** When it was last heard of. */
  seen: number;
  /** Number of series of which it has a value. */
  values: number;
}

/** After so many seconds series of which no client has a value any more are dropped. */
const unheldSeconds = 10;

/** The clients that have values which count while they live. */
export class LivingClients {
  readonly #staleSeconds: number;
  /** By id, the one that was heard of longest ago first, since time does not go back. */
  readonly #clients = new Map<string, LivingClient>();
  /** Number of values of all clients. */
  values = 0;
  /** Since when there may be series of which no client has a value. */
  unheldSince = Infinity;

  /** @param staleSeconds The time after which a client that was not heard of is gone. */
  constructor(staleSeconds: number) {
    this.#staleSeconds = staleSeconds;
  }

  /** The client with an id, if it has values. */
  find(id: string): LivingClient | undefined {
    return this.#clients.get(id);
  }

  /** Whether a client is gone. */
  isStale({ seen }: LivingClient, now: number): boolean {
    return now - seen > this.#staleSeconds;
  }

  /** Notes that a client was heard of. */
  touch(client: LivingClient, now: number): void {
    client.seen = now;
    this.#clients.delete(client.id);
    this.#clients.set(client.id, client);
  }

  /** Notes that a client has values of so many more series, or fewer; without any it is forgotten. */
  count(client: LivingClient, more: number): void {
    this.values += more;
    client.values += more;
    if (client.values === 0) this.#clients.delete(client.id);
    else if (!this.#clients.has(client.id)) this.#clients.set(client.id, client);
  }

  /** Notes that there is a series of which no client has a value any more. */
  noteUnheld(now: number): void {
    this.unheldSince = Math.min(this.unheldSince, now);
  }

  /** Whether there may have been series without values for too long. */
  isUnheldDue(now: number): boolean {
    return now > this.unheldSince + unheldSeconds;
  }

  /** Whether there is a client that is gone. */
  hasStale(now: number): boolean {
    const [oldest] = this.#clients.values();
    return oldest !== undefined && this.isStale(oldest, now);
  }

  /** The clients that are gone. */
  stale(now: number): readonly LivingClient[] {
    const stale: LivingClient[] = [];
    for (const client of this.#clients.values()) {
      if (!this.isStale(client, now)) break;
      stale.push(client);
    }
    return stale;
  }

  /** All clients, in their order. */
  all(): readonly LivingClient[] {
    return [...this.#clients.values()];
  }
}
