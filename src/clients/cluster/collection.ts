import type { MetricJson } from "../registry/aggregators.ts";
import type { ClusterHome } from "./home.ts";
import type { Message } from "./messages.ts";
import { answerTimeout, within } from "./within.ts";

type Lists = readonly (readonly MetricJson[])[];

/** A request whose answers are awaited. */
interface Request<Key> {
  readonly waiting: Map<Key, { resolve(lists: Lists): void; reject(error: Error): void }>;
  readonly result: Promise<unknown>;
}

/**
 * The metrics of those workers that are asked for them, the workers that have announced themselves, and
 * the totals of those that said goodbye.
 */
export class Collection<Key, Worker> {
  /** The workers. */
  readonly workers = new Map<Key, Worker>();
  readonly #home: ClusterHome;
  readonly #requests = new Map<number, Request<Key>>();
  readonly #goodbyes = new Map<number, () => void>();
  #past: readonly MetricJson[] = [];
  #next = 0;

  /** No workers yet. */
  constructor(home: ClusterHome) {
    this.#home = home;
  }

  /** Whether workers that have ended left totals. */
  get hasPast(): boolean {
    return this.#past.length > 0;
  }

  /**
   * The page of all that are asked.
   *
   * @param keys The workers that are asked.
   * @param own The metrics of this process, if they are part of it.
   * @param contentType That of the page; the usual one by default.
   * @param send Sends the request.
   * @param timedOut The message if an answer is missing; it is given how many are.
   * @throws {Error} If one fails, or does not answer within five seconds.
   */
  async page(
    keys: readonly Key[],
    own: readonly Promise<Lists>[],
    contentType: string | undefined,
    send: (requestId: number) => void,
    timedOut: (missing: number) => string,
  ): Promise<string> {
    const requestId = this.#next++;
    const past = this.#past;
    const waiting: Request<Key>["waiting"] = new Map();
    const answers = keys.map((key) =>
      new Promise<Lists>((resolve, reject) => waiting.set(key, { resolve, reject }))
    );
    const page = Promise.all([...own, ...answers])
      .then((lists) => this.#home.aggregate([past, ...lists.flat()], contentType).metrics());
    const result = within(page, answerTimeout, () => new Error(timedOut(waiting.size)));
    this.#requests.set(requestId, { waiting, result });
    try {
      send(requestId);
      return await result;
    } catch (error) {
      // If it could not be sent, nobody has awaited the result, which ends now.
      result.catch(() => {});
      for (const asked of waiting.values()) asked.reject(error as Error);
      throw error;
    } finally {
      this.#requests.delete(requestId);
    }
  }

  /** Takes the answer of a worker. */
  answered(key: Key, { requestId, metrics = [], error }: Partial<Message>): void {
    const waiting = this.#requests.get(requestId!)?.waiting;
    const asked = waiting?.get(key);
    waiting?.delete(key);
    if (error) asked?.reject(new Error(error));
    else asked?.resolve(metrics);
  }

  /** Keeps the totals of a worker that ends. */
  ended(key: Key, { metrics = [] }: Partial<Message>): void {
    this.workers.delete(key);
    try {
      this.#past = this.#home.aggregate([this.#past, ...metrics])
        .getMetricsAsArray() as readonly MetricJson[];
    } catch (error) {
      console.error("error collecting shutdown metrics", key, error);
    }
  }

  /**
   * Waits for all requests that are under way. If there are none, a worker sends its totals, and waits
   * until they have arrived.
   *
   * @param totals Reads the totals; `undefined` if this is no worker.
   * @throws {Error} If they do not arrive in time.
   */
  async shutdown(
    totals: (() => Promise<Lists>) | undefined,
    send: (requestId: number, metrics: Lists) => void,
    timeout: number,
  ): Promise<void> {
    if (this.#requests.size > 0) {
      await Promise.allSettled([...this.#requests.values()].map(({ result }) => result));
    } else if (totals !== undefined) {
      const requestId = this.#next++;
      const result = this.#sayGoodbye(requestId, totals, send, timeout);
      // It stays: who calls again says goodbye no second time.
      this.#requests.set(requestId, { waiting: new Map(), result });
      await result;
    }
  }

  /** The totals of this worker have arrived. */
  acknowledged({ requestId }: Partial<Message>): void {
    this.#goodbyes.get(requestId!)?.();
  }

  async #sayGoodbye(
    requestId: number,
    totals: () => Promise<Lists>,
    send: (requestId: number, metrics: Lists) => void,
    timeout: number,
  ): Promise<void> {
    const arrived = new Promise<void>((resolve) => this.#goodbyes.set(requestId, resolve));
    send(requestId, await totals());
    await within(arrived, timeout, () => new Error("Timeout"));
  }
}
