import { Collection } from "./collection.ts";
import { AskedRegistries, type ClusterHome } from "./home.ts";
import { messageOf, messageTypes } from "./messages.ts";
import { answerPrimary, connectedWorkers, nodeCluster, workerProcess } from "./node_cluster.ts";

const types = messageTypes("prom-client");

/**
 * The workers of a cluster as prom-client has them: the primary asks all that are connected, and has
 * no metrics of its own on the page.
 */
export class AskedWorkers {
  readonly #registries: AskedRegistries;
  readonly #collection: Collection<number, never>;
  #listens = false;

  /** Nobody listens yet. */
  constructor(home: ClusterHome) {
    this.#registries = new AskedRegistries(home);
    this.#collection = new Collection(home);
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
   * The page of all workers, by their numbers: which is the first depends on it. Empty if there are
   * none.
   *
   * @throws {Error} If a worker fails, or does not answer within five seconds.
   */
  async metrics(): Promise<string> {
    const cluster = nodeCluster();
    const workers = cluster === undefined ? [] : connectedWorkers(cluster);
    if (workers.length === 0) return "";
    const ids = workers.map(({ id }) => id);
    const send = (requestId: number) => {
      for (const worker of workers) worker.send({ type: types.request, requestId });
    };
    return await this.#collection.page(ids, [], undefined, send, () => "Operation timed out.");
  }

  #onAnswer(worker: number, given: unknown): void {
    const message = messageOf(given);
    if (message.type === types.response) this.#collection.answered(worker, message);
  }

  async #onRequest(given: unknown): Promise<void> {
    const message = messageOf(given);
    if (message.type === types.request) await answerPrimary(types, message, this.#registries);
  }
}
