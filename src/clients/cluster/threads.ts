import { isWorkers } from "../../model/platform/platform.ts";
import { builtin } from "../builtin.ts";
import { Collection } from "./collection.ts";
import { AskedRegistries, type ClusterHome } from "./home.ts";
import { type Message, messageOf, messageTypes, outstandingMessage, textOf } from "./messages.ts";
import { answerTimeout } from "./within.ts";

/** The part of Node's `BroadcastChannel` that is used here. */
interface Channel {
  addEventListener(event: "message", listener: (event: { readonly data: unknown }) => void): void;
  postMessage(message: Message): void;
  close(): void;
  /** Lets the thread end; not every runtime has it. */
  unref?(): unknown;
}

/** The part of `node:worker_threads` that is used here. */
interface WorkerThreads {
  readonly isMainThread: boolean;
  readonly threadId: number;
  readonly BroadcastChannel?: new (name: string) => Channel;
}

/** A thread that has announced itself. */
interface Thread {
  readonly threadId: number;
  readonly channel: Channel;
}

const client = "@prometheus-io/client";
const types = messageTypes(client);

/**
 * Worker threads as the client of the Prometheus project has them: each has a channel, and one for all
 * has announcements and requests. The page has the metrics of all other threads.
 */
export class Threads {
  readonly #registries: AskedRegistries;
  readonly #collection: Collection<string, Thread>;
  #announcements: Channel | undefined;
  #own: Channel | undefined;

  /** Nobody listens yet. */
  constructor(home: ClusterHome) {
    this.#registries = new AskedRegistries(home);
    this.#collection = new Collection(home);
  }

  /** Whether this is the thread that the program began with, or the runtime has no threads. */
  get isMain(): boolean {
    return modules()?.isMainThread ?? true;
  }

  /** The number of threads that have announced themselves. */
  get count(): number {
    return this.#collection.workers.size;
  }

  /** Listens, once, and announces this thread; a primary also takes the announcements of others. */
  listen(primary: boolean): void {
    const announcements = this.#announcements === undefined
      ? channelOf(`${client}:announce`)
      : undefined;
    const own = announcements && channelOf(ownName());
    if (own === undefined) return;
    this.#announcements = announcements!;
    this.#own = own;
    this.#on(this.#announcements, (message) => {
      if (primary && message.type === types.announcement) this.#join(message);
      return this.#onAll(message);
    });
    this.#on(own, (message) => {
      if (message.type === types.ack) this.#collection.acknowledged(message);
    });
    this.#announce(primary);
  }

  /** Sets the registries that this thread gives. */
  setRegistries(registries: unknown): void {
    this.#registries.set(registries);
  }

  /**
   * The page of all other threads; empty if there never were any.
   *
   * @throws {Error} If one fails, or does not answer within five seconds.
   */
  async metrics(contentType: string): Promise<string> {
    const threads = [...this.#collection.workers]
      .sort(([, one], [, other]) => one.threadId - other.threadId);
    if (threads.length === 0 && !this.#collection.hasPast) return "";
    const names = threads.map(([name]) => name);
    const send = (requestId: number) => {
      this.#announcements?.postMessage({ type: types.request, threadId: ownId(), requestId });
    };
    return await this.#collection.page(names, [], contentType, send, outstandingMessage);
  }

  /**
   * Call it before the thread ends: one that is not primary leaves its totals, and all wait for
   * requests that are under way.
   *
   * @param timeout How long the totals may take to arrive, in milliseconds.
   * @throws {Error} If they do not arrive in time.
   */
  shutdown(primary: boolean, timeout: number = answerTimeout): Promise<void> {
    const own = this.#own;
    const leaves = !primary && own !== undefined;
    return this.#collection.shutdown(
      leaves ? () => this.#registries.json("sum") : undefined,
      (requestId, metrics) =>
        own!.postMessage({ type: types.goodbye, requestId, threadId: ownId(), metrics }),
      timeout,
    );
  }

  #announce(primary: boolean): void {
    this.#announcements?.postMessage({
      type: types.announcement,
      name: ownName(),
      threadId: ownId(),
      primary,
    });
  }

  /** What every thread does with messages to all. */
  async #onAll({ type, requestId, primary }: Partial<Message>): Promise<void> {
    if (type === types.announcement && primary) this.#announce(false);
    if (type !== types.request) return;
    const answer = { type: types.response, requestId, threadId: ownId() };
    try {
      this.#own!.postMessage({ ...answer, metrics: await this.#registries.json() });
    } catch (error) {
      this.#own!.postMessage({ ...answer, error: textOf(error) });
    }
  }

  /** Takes a thread that announces itself. */
  #join({ name, threadId }: Partial<Message>): void {
    const { workers } = this.#collection;
    const channel = name === undefined || workers.has(name) ? undefined : channelOf(name);
    if (channel === undefined) return;
    workers.set(name!, { threadId: threadId!, channel });
    this.#on(channel, (message) => {
      if (message.type === types.response) this.#collection.answered(name!, message);
      else if (message.type === types.goodbye && workers.has(name!)) {
        const { requestId } = message;
        channel.postMessage({ type: types.ack, requestId, threadId: ownId() });
        this.#collection.ended(name!, message);
        channel.close();
      }
    });
  }

  #on(channel: Channel, listener: (message: Partial<Message>) => unknown): void {
    channel.addEventListener("message", ({ data }) => void listener(messageOf(data)));
  }
}

function modules(): WorkerThreads | undefined {
  // Cloudflare Workers have a module of this name, and no threads.
  return isWorkers() ? undefined : builtin<WorkerThreads>("node:worker_threads");
}

function ownId(): number {
  return modules()?.threadId ?? 0;
}

function ownName(): string {
  return `${client}:worker:${ownId()}`;
}

/** A channel that does not keep the thread alive; `undefined` if the runtime has none. */
function channelOf(name: string): Channel | undefined {
  const { BroadcastChannel } = modules() ?? {};
  if (BroadcastChannel === undefined) return undefined;
  const channel = new BroadcastChannel(name);
  channel.unref?.();
  return channel;
}
