import { Collection } from "./collection.ts";
import { AskedRegistries, type ClusterHome } from "./home.ts";
import { messageOf, messageTypes, outstandingMessage } from "./messages.ts";
import {
  answerPrimary,
  type ClusterWorker,
  connectedWorkers,
  type NodeCluster,
  nodeCluster,
  sendToPrimary,
  workerProcess,
} from "./node_cluster.ts";
import { answerTimeout } from "./within.ts";

const types = messageTypes("@prometheus-io/client");

/**
 * The workers of a cluster as the client of the Prometheus project has them: they announce themselves,
 * leave their totals when they end, and the primary's own metrics are on the page.
 */
export class AnnouncedWorkers {
  readonly #registries: AskedRegistries;
  readonly #collection: Collection<number, ClusterWorker>;
  #listens = false;

  /** Nobody listens yet. */
  constructor(home: ClusterHome) {
    this.#registries = new AskedRegistries(home);
    this.#collection = new Collection(home);
  }

  /** Listens, once, to the workers of this process, or to its primary, and announces itself. */
  listen(): void {
    const cluster = nodeCluster();
    if (this.#listens || cluster === undefined) return;
    this.#listens = true;
    if (cluster.isPrimary) this.#listenToWorkers(cluster);
    else {
      workerProcess().on("message", (message) => void this.#onPrimary(message));
      sendToPrimary({ type: types.announcement });
    }
  }

  /** Sets the registries that this process gives. */
  setRegistries(registries: unknown): void {
    this.#registries.set(registries);
  }

  /**
   * The page of this process and its workers.
   *
   * @throws {Error} If one fails, or does not answer within five seconds.
   */
  metrics(contentType: string): Promise<string> {
    const workers = [...this.#collection.workers.values()]
      .filter((worker) => worker.isConnected())
      .sort((one, other) => one.id - other.id);
    const ids = workers.map(({ id }) => id);
    const send = (requestId: number) => {
      for (const worker of workers) worker.send({ type: types.request, requestId });
    };
    return this.#collection.page(
      ids,
      [this.#registries.json()],
      contentType,
      send,
      outstandingMessage,
    );
  }

  /**
   * Call it before the process ends: a worker leaves its totals with the primary, and all wait for
   * requests that are under way.
   *
   * @param timeout How long the totals may take to arrive, in milliseconds.
   * @throws {Error} If they do not arrive in time.
   */
  shutdown(timeout: number = answerTimeout): Promise<void> {
    const isWorker = nodeCluster()?.isPrimary === false;
    const totals = isWorker ? () => this.#registries.json("sum") : undefined;
    return this.#collection.shutdown(
      totals,
      (requestId, metrics) => sendToPrimary({ type: types.goodbye, requestId, metrics }),
      timeout,
    );
  }

  #listenToWorkers(cluster: NodeCluster): void {
    const { workers } = this.#collection;
    cluster.on("message", (worker, message) => this.#onWorker(worker, message));
    cluster.on("disconnect", ({ id }) => workers.delete(id));
    for (const worker of connectedWorkers(cluster)) worker.send({ type: types.announcement });
  }

  #onWorker(worker: ClusterWorker, given: unknown): void {
    const message = messageOf(given);
    const { workers } = this.#collection;
    if (message.type === types.announcement) workers.set(worker.id, worker);
    else if (message.type === types.response) this.#collection.answered(worker.id, message);
    else if (message.type === types.goodbye && workers.has(worker.id)) {
      worker.send({ type: types.ack, requestId: message.requestId });
      this.#collection.ended(worker.id, message);
    }
  }

  async #onPrimary(given: unknown): Promise<void> {
    const message = messageOf(given);
    if (message.type === types.announcement) sendToPrimary({ type: types.announcement });
    else if (message.type === types.ack) this.#collection.acknowledged(message);
    else if (message.type === types.request) {
      await answerPrimary(types, message, this.#registries);
    }
  }
}
