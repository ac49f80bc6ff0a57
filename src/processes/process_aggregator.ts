import type { Gatherer, Gathering, GatherOptions } from "../model/collector.ts";
import { CollectionError } from "../model/errors.ts";
import { mergeGatherings, type WorkerGathering } from "../merge/merge_gatherings.ts";
import {
  PendingRequests,
  type ProcessChannel,
  type ProcessMessage,
  processMessage,
  sendTo,
} from "./process_messages.ts";
import {
  deserializeFamilies,
  type SerializedFamily,
  serializeFamilies,
} from "./serialized_families.ts";

/**
 * Options of an aggregator.
 *
 * @category Processes
 */
export interface ProcessAggregatorOptions {
  /** The metrics of the primary itself; none by default. */
  readonly own?: Gatherer;
  /** How long to wait for a worker's answer, in milliseconds; 500 by default. */
  readonly deadlineMilliseconds?: number;
}

interface WorkerState {
  readonly channel: ProcessChannel;
  readonly name: string;
  /** The families of its last answer. */
  last: WorkerGathering;
}

/**
 * Merges the metrics of several processes, which have no memory in common: the primary asks all
 * workers for a snapshot at once, and merges their answers.
 *
 * A worker that does not answer in time is on the page with its last known values, and the gathering
 * has an error. What workers had counted when they ended stays.
 *
 * @example
 * ```ts ignore
 * import cluster from "node:cluster";
 *
 * const aggregator = new ProcessAggregator();
 * cluster.on("fork", (worker) => aggregator.add(worker.process));
 * ```
 *
 * @category Processes
 */
export class ProcessAggregator implements Gatherer {
  readonly #options: ProcessAggregatorOptions;
  readonly #workers = new Set<WorkerState>();
  readonly #requests = new PendingRequests();
  #ended: WorkerGathering = { worker: "ended", ended: true, families: [] };
  #unnamedCount = 0;

  /** An aggregator without workers. */
  constructor(options: ProcessAggregatorOptions = {}) {
    this.#options = options;
  }

  /**
   * Adds a worker, such as `worker.process` of `node:cluster` or a process that `fork()` returned.
   *
   * @param name The value of its label `worker`; its process id by default.
   */
  add(channel: ProcessChannel, name: string = String(channel.pid ?? ++this.#unnamedCount)): void {
    const state: WorkerState = { channel, name, last: { worker: name, families: [] } };
    this.#workers.add(state);
    channel.on("message", (data) => {
      const message = processMessage(data);
      if (message !== undefined) this.#onMessage(state, message);
    });
    channel.on("exit", () => this.#onExit(state));
  }

  /** Asks all workers, and merges their answers and the primary's own metrics. It does not reject. */
  async gather({ signal }: GatherOptions = {}): Promise<Gathering> {
    const { own } = this.#options;
    const errors: CollectionError[] = [];
    const answers = [...this.#workers].map((state) => this.#ask(state, errors, signal));
    const primary = await own?.gather({ signal });
    await Promise.all(answers);
    // Workers that ended meanwhile are now part of `#ended`, and are not counted twice.
    const living = [...this.#workers].map(({ last }) => last);
    const first = { worker: "primary", families: primary?.families ?? [] };
    const merged = mergeGatherings([first, ...living, this.#ended]);
    return {
      families: merged.families,
      errors: [...primary?.errors ?? [], ...errors, ...merged.errors],
    };
  }

  async #ask(
    state: WorkerState,
    errors: CollectionError[],
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const { deadlineMilliseconds = 500 } = this.#options;
    const families = await this.#requests.ask(state.channel, deadlineMilliseconds, signal);
    if (families !== undefined) this.#remember(state, families);
    else if (this.#workers.has(state)) {
      errors.push(
        new CollectionError(
          `worker ${state.name}: no answer within ${deadlineMilliseconds} ms; ` +
            `its last known values are on the page`,
        ),
      );
    }
  }

  #onMessage(state: WorkerState, message: ProcessMessage): void {
    const { edgeprom, number, families } = message;
    if (edgeprom === "answer") this.#requests.answer(message);
    if (edgeprom === "flush" && families !== undefined) this.#remember(state, families);
    if (edgeprom !== "ask") return;
    this.gather().then(({ families }) =>
      sendTo(state.channel, { edgeprom: "answer", number, families: serializeFamilies(families) })
    );
  }

  #remember(state: WorkerState, families: readonly SerializedFamily[]): void {
    state.last = { worker: state.name, families: deserializeFamilies(families) };
  }

  #onExit(state: WorkerState): void {
    if (!this.#workers.delete(state)) return;
    const { families } = mergeGatherings([this.#ended, { ...state.last, ended: true }]);
    this.#ended = { ...this.#ended, families };
  }
}
