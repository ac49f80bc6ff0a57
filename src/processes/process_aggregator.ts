import type { Gatherer, Gathering, GatherOptions } from "../model/collector.ts";
import { CollectionError, reasonOf, RegistrationError } from "../model/errors.ts";
import {
  aGatherer,
  aPositiveNumber,
  aString,
  checkOptions,
  type OptionRule,
  required,
  withMethod,
} from "../model/options.ts";
import { mergeGatherings, type WorkerGathering } from "../merge/merge_gatherings.ts";
import { EndedWorkers } from "./ended_workers.ts";
import {
  aChannel,
  Connection,
  type ProcessChannel,
  type ProcessMessage,
} from "./process_messages.ts";
import { deserializeGathering, serializeGathering } from "./serialized_families.ts";

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

/** A worker, until all of its messages have arrived. */
interface WorkerState {
  readonly name: string;
  readonly connection: Connection;
  /** Its last families. */
  last: WorkerGathering;
  /** What failed when they were collected. */
  errors: readonly CollectionError[];
  /** When it collected them, by its own clock. */
  at: number;
  /** Whether the process has ended. Its last message may still be on its way then. */
  hasExited: boolean;
}

/** How many ended workers may be such whose channel did not report its end. */
const maxExited = 20;

const aWorker: OptionRule = {
  expected: aChannel.expected,
  fits: (value) => aChannel.fits(value) && withMethod("", "send").fits(value),
};

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
  readonly #own: Gatherer | undefined;
  readonly #deadlineMs: number;
  readonly #workers = new Set<WorkerState>();
  readonly #ended = new EndedWorkers();
  readonly #channels = new WeakSet<ProcessChannel>();
  #unnamedCount = 0;

  /**
   * An aggregator without workers.
   *
   * @throws {RegistrationError} If an option is not valid.
   */
  constructor(options: ProcessAggregatorOptions = {}) {
    checkOptions("a ProcessAggregator", options, {
      own: aGatherer,
      deadlineMilliseconds: aPositiveNumber,
    }, RegistrationError);
    this.#own = options.own;
    this.#deadlineMs = options.deadlineMilliseconds ?? 500;
  }

  /**
   * Adds a worker, such as `worker.process` of `node:cluster` or a process that `fork()` returned.
   * One that is added again stays as it is.
   *
   * @param name The value of its label `worker`; its process id by default.
   * @throws {RegistrationError} If it is not such a process.
   */
  add(channel: ProcessChannel, name?: string): void {
    checkOptions("ProcessAggregator.add()", { channel, name }, {
      channel: required(aWorker),
      name: aString,
    }, RegistrationError);
    if (this.#channels.has(channel)) return;
    this.#channels.add(channel);
    const worker = name ?? String(channel.pid ?? ++this.#unnamedCount);
    const state: WorkerState = {
      name: worker,
      connection: new Connection(channel, (message) => this.#onMessage(state, message)),
      last: { worker, families: [] },
      errors: [],
      at: -Infinity,
      hasExited: false,
    };
    this.#workers.add(state);
    channel.on("exit", () => {
      state.hasExited = true;
      this.#discard();
    });
    channel.on("disconnect", () => this.#discard());
  }

  /** Asks all workers, and merges their answers and the primary's own metrics. It does not reject. */
  async gather({ signal }: GatherOptions = {}): Promise<Gathering> {
    const asked = [...this.#workers].filter(({ hasExited }) => !hasExited);
    const answers = asked.map((state) => this.#ask(state, signal));
    const primary = await this.#gatherOwn(signal);
    const errors = (await Promise.all(answers)).flat();
    // Workers that ended meanwhile are now part of `#ended`, and are not counted twice.
    const workers = [...this.#workers].map(({ last, hasExited }) => ({
      ...last,
      ended: hasExited,
    }));
    const first = { worker: "primary", families: primary.families };
    const merged = mergeGatherings([first, ...workers, ...this.#ended.gatherings()]);
    return {
      families: merged.families,
      errors: [...primary.errors, ...errors, ...merged.errors],
    };
  }

  async #gatherOwn(signal: AbortSignal | undefined): Promise<Gathering> {
    try {
      return await this.#own?.gather({ signal }) ?? { families: [], errors: [] };
    } catch (error) {
      const reason = `the primary's own metrics: ${reasonOf(error)}`;
      return { families: [], errors: [new CollectionError(reason, { cause: error })] };
    }
  }

  /** Asks a worker. Resolves with what failed. */
  async #ask(
    state: WorkerState,
    signal: AbortSignal | undefined,
  ): Promise<readonly CollectionError[]> {
    const { name, connection } = state;
    const answer = await connection.ask(this.#deadlineMs, signal);
    if (answer?.families !== undefined) return state.errors;
    if (state.hasExited) return [];
    const reason = connection.isClosed
      ? "its channel is closed"
      : `no answer within ${this.#deadlineMs} ms`;
    return [
      new CollectionError(`worker ${name}: ${reason}; its last known values are on the page`),
    ];
  }

  #onMessage(state: WorkerState, message: ProcessMessage): void {
    const { edgeprom, number } = message;
    if (edgeprom !== "ask") return this.#remember(state, message);
    this.gather().then((gathering) =>
      state.connection.send({ edgeprom: "answer", number, ...serializeGathering(gathering) })
    );
  }

  /** Remembers what a worker counted, unless that is older than what is known already. */
  #remember(state: WorkerState, message: ProcessMessage): void {
    const { at = state.at } = message;
    if (at < state.at) return;
    const { name } = state;
    const gathering = deserializeGathering(message);
    const errors = gathering?.errors.map((error) => error.message) ??
      ["its answer cannot be read; its last known values are on the page"];
    state.errors = errors.map((error) => new CollectionError(`worker ${name}: ${error}`));
    if (gathering === undefined) return;
    state.at = at;
    state.last = { worker: name, families: gathering.families };
  }

  /** Adds workers to those that have ended, once nothing can come from them any more. */
  #discard(): void {
    const exited = [...this.#workers].filter(({ hasExited }) => hasExited);
    for (const [at, state] of exited.entries()) {
      if (!state.connection.isClosed && at >= exited.length - maxExited) continue;
      this.#workers.delete(state);
      this.#ended.add(state.last);
    }
  }
}
