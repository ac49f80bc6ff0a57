import { setDeadline } from "../../model/deadline.ts";
import { notice } from "../methods.ts";
import type { FetchHandler } from "./listener.ts";

/** The turns of 10 ms, in which a client that waits for each answer has asked again. */
const quietTurns = 5;

/** The turns for which new requests are held at most, whoever keeps asking. */
const mostTurns = 50;

/**
 * The requests in progress, and what becomes of new ones during a shutdown: first they are answered
 * as always, then refused, at last held until the socket is closed.
 */
export class RunningRequests {
  readonly #fetch: (request: Request) => Response | Promise<Response>;
  readonly #exchanges = new Set<Exchange>();
  #draining = false;
  #refusing = false;
  #held: Promise<void> | undefined;
  #release = () => {};
  #quiet = 0;

  /** Answers requests with a handler. */
  constructor(fetch: (request: Request) => Response | Promise<Response>) {
    this.#fetch = fetch;
  }

  /** Answers a request. */
  readonly answer: FetchHandler = async (request, ended) => {
    const response = this.#refusing
      ? await this.#refusal()
      : await new Exchange(this.#exchanges).run(() => this.#fetch(request), ended);
    if (this.#draining) response.headers.set("Connection", "close");
    return response;
  };

  /** From now on each answer ends its connection, so that clients turn to another server. */
  drain(): void {
    this.#draining = true;
  }

  /** From now on new requests are answered with 503; resolves when those before are finished. */
  async finish(): Promise<void> {
    this.#refusing = true;
    await Promise.all(Array.from(this.#exchanges, ({ ended }) => ended));
  }

  /** Answers all requests in progress with 503. */
  end(): void {
    for (const exchange of this.#exchanges) {
      exchange.end(unavailable("The server shuts down and did not wait longer for this answer"));
    }
  }

  /**
   * Holds the answers to new requests until {@linkcode RunningRequests.release}; resolves when all
   * clients wait. One that is answered connects again, and if the socket closes at that moment, its
   * connection is reset.
   */
  async hold(): Promise<void> {
    this.#held = new Promise((resolve) => this.#release = resolve);
    for (let turn = 0; turn < mostTurns && this.#quiet < quietTurns; turn++) {
      this.#quiet++;
      await new Promise<void>((resolve) => setDeadline(0.01, resolve));
    }
  }

  /** Answers those that are held. */
  release(): void {
    this.#release();
  }

  async #refusal(): Promise<Response> {
    this.#quiet = 0;
    await this.#held;
    return unavailable("The server shuts down");
  }
}

/** A request from its arrival until its response is sent. */
class Exchange {
  readonly #running: Set<Exchange>;
  readonly #end: (response: Response) => void;
  readonly #ending: Promise<Response>;
  /** Resolves when the response is sent. */
  ended: Promise<unknown> = Promise.resolve();

  constructor(running: Set<Exchange>) {
    this.#running = running.add(this);
    let end!: (response: Response) => void;
    this.#ending = new Promise((resolve) => end = resolve);
    this.#end = end;
  }

  /** Answers with what a handler gives, or what {@linkcode Exchange.end} gives before. */
  run(
    handle: () => Response | Promise<Response>,
    sent: Promise<unknown> = Promise.resolve(),
  ): Promise<Response> {
    const response = Promise.race([handled(handle), this.#ending]);
    this.ended = response.then(() => sent).catch(() => {}).then(() => this.#running.delete(this));
    return response;
  }

  /** Answers with this response if there is none yet. */
  end(response: Response): void {
    this.#end(response);
  }
}

/** The response of a handler, which nothing thrown there may keep from the client. */
async function handled(handle: () => Response | Promise<Response>): Promise<Response> {
  try {
    return await handle();
  } catch {
    return notice(500, "The server failed");
  }
}

function unavailable(reason: string): Response {
  return notice(503, reason);
}
