import { setDeadline } from "../../model/platform/deadline.ts";
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

  /** Answers a request; at once if its handler does. */
  readonly answer: FetchHandler = (request, sent) => {
    const answered = this.#refusing ? this.#refusal() : this.#answer(request, sent);
    return answered instanceof Promise
      ? answered.then((response) => this.#finished(response))
      : this.#finished(answered);
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

  #answer(request: Request, sent: Promise<unknown> | undefined): Response | Promise<Response> {
    const answered = handled(() => this.#fetch(request));
    if (answered instanceof Promise) return new Exchange(this.#exchanges).run(answered, sent);
    if (sent !== undefined) new Exchange(this.#exchanges).send(sent);
    return answered;
  }

  #finished(response: Response): Response {
    if (this.#draining) response.headers.set("Connection", "close");
    return response;
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
  #end = (_response: Response) => {};
  /** Resolves when the response is sent. */
  ended: Promise<unknown> = Promise.resolve();

  constructor(running: Set<Exchange>) {
    this.#running = running.add(this);
  }

  /** Answers with what a handler gives, or what {@linkcode Exchange.end} gives before. */
  run(handled: Promise<Response>, sent?: Promise<unknown>): Promise<Response> {
    const response = new Promise<Response>((resolve) => {
      this.#end = resolve;
      handled.then(resolve);
    });
    this.send(response.then(() => sent));
    return response;
  }

  /** Lasts until the response is sent. */
  send(sent: Promise<unknown>): void {
    const end = () => void this.#running.delete(this);
    this.ended = sent.then(end, end);
  }

  /** Answers with this response if there is none yet. */
  end(response: Response): void {
    this.#end(response);
  }
}

/** The response of a handler, which nothing thrown there may keep from the client. */
function handled(handle: () => Response | Promise<Response>): Response | Promise<Response> {
  const failed = () => notice(500, "The server failed");
  try {
    const answered = handle();
    return answered instanceof Promise ? answered.catch(failed) : answered;
  } catch {
    return failed();
  }
}

function unavailable(reason: string): Response {
  return notice(503, reason);
}
