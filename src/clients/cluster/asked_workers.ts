import type { MetricJson } from "../registry/aggregators.ts";
import { AskedRegistries, type ClusterHome } from "./home.ts";
import { messageOf, messageTypes, textOf } from "./messages.ts";
import { connectedWorkers, nodeCluster, sendToPrimary, workerProcess } from "./node_cluster.ts";
import { answerTimeout, within } from "./within.ts";

type Lists = readonly (readonly MetricJson[])[];

/** What a request waits for. */
interface Pending {
  /** Answers by worker, in the order of their numbers: which is the first depends on it. */
  readonly answers: Map<number, Lists>;
  missing: number;
  resolve(answers: Lists): void;
  reject(error: Error): void;
}

const types = messageTypes("prom-client");

/**
 * The workers of a cluster as prom-client has them: the primary asks all that are connected, and has
 * no metrics of its own on the page.
 */
export class AskedWorkers {
  readonly #home: ClusterHome;
  readonly #registries: AskedRegistries;
  readonly #pending = new Map<number, Pending>();
  #requests = 0;
  #listens = false;

  /** Nobody listens yet. */
  constructor(home: ClusterHome) {
    this.#home = home;
    this.#registries = new AskedRegistries(home);
  }

  /** Listens, once, to the workers of this process, or to its primary. */
  listen(): void {
    const cluster = nodeCluster();
    if (this.#listens || cluster === undefined) return;
    this.#listens = true;
    if (cluster.isPrimary) cluster.on("message", ({ id }, message) => this.#onAnswer(id, message));
    else workerProcess().on("message", (message) => void this.#onRequest(message));
  }

  /** Sets the registries that a worker gives. */
  setRegistries(registries: unknown): void {
    this.#registries.set(registries);
  }

  /**
   * The page of all workers; empty if there are none.
   *
   * @throws {Error} If a worker fails, or does not answer within five seconds.
   */
  async metrics(): Promise<string> {
    const cluster = nodeCluster();
    const workers = cluster === undefined ? [] : connectedWorkers(cluster);
    if (workers.length === 0) return "";
    const requestId = this.#requests++;
    const answered = new Promise<Lists>((resolve, reject) => {
      const answers = new Map<number, Lists>(workers.map(({ id }) => [id, []]));
      this.#pending.set(requestId, { answers, missing: workers.length, resolve, reject });
    });
    const answers = within(answered, answerTimeout, () => new Error("Operation timed out."));
    try {
      for (const worker of workers) worker.send({ type: types.request, requestId });
      return await this.#home.aggregate(await answers).metrics();
    } finally {
      this.#pending.delete(requestId);
    }
  }

  #onAnswer(worker: number, message: unknown): void {
    const { type, requestId, metrics = [], error } = messageOf(message);
    const request = type === types.response ? this.#pending.get(requestId!) : undefined;
    if (request === undefined) return;
    if (error) return request.reject(new Error(error));
    request.answers.set(worker, metrics);
    if (--request.missing === 0) request.resolve([...request.answers.values()].flat());
  }

  async #onRequest(message: unknown): Promise<void> {
    const { type, requestId } = messageOf(message);
    if (type !== types.request) return;
    try {
      sendToPrimary({ type: types.response, requestId, metrics: await this.#registries.json() });
    } catch (error) {
      sendToPrimary({ type: types.response, requestId, error: textOf(error) });
    }
  }
}
