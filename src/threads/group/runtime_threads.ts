import { unreferenced } from "../../model/platform/platform.ts";
import type { WorkerLike } from "./worker_exit.ts";

/** A `BroadcastChannel`, as far as it is used here. */
interface Channel {
  postMessage(message: unknown): void;
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  close(): void;
  unref?(): void;
}

type ChannelClass = new (name: string) => Channel;

interface WorkerThreads {
  readonly threadId: number;
  readonly BroadcastChannel: ChannelClass;
}

interface ProcessLike {
  getBuiltinModule?(name: "node:worker_threads"): WorkerThreads | undefined;
  on?(event: "exit", listener: () => void): unknown;
  on?(event: "worker", listener: (worker: WorkerLike) => void): unknown;
}

interface Host {
  readonly process?: ProcessLike;
  readonly BroadcastChannel?: ChannelClass;
  addEventListener?(event: "unload", listener: () => void): void;
}

const host = (): Host => globalThis as unknown as Host;

/**
 * A channel to all other threads that have opened one of this name. It keeps no process alive.
 *
 * On Deno, a channel that is opened in the turn in which the thread's last one was closed is soon
 * deaf, and throws whenever it sends. A channel that is opened after that works, so it is checked.
 */
export class ThreadChannel {
  readonly #open: () => Channel;
  readonly #onReopened: () => void;
  #channel: Channel;
  #check: ReturnType<typeof setTimeout> | undefined;
  #isReopening = false;

  /**
   * Opens it.
   *
   * @param onReopened Called if it had been deaf: the messages of others until now are lost.
   */
  constructor(open: () => Channel, onReopened: () => void) {
    this.#open = open;
    this.#onReopened = onReopened;
    this.#channel = open();
    if (!("Deno" in globalThis)) return;
    // Not one timer: after a busy turn it is due before the closed channel has ended.
    this.#checkLater(() => this.#checkLater(() => this.postMessage({})));
  }

  /** Sends a message to all others. */
  postMessage(message: unknown): void {
    try {
      this.#channel.postMessage(message);
    } catch {
      // It stays closed to others rather than to throw where somebody counts or scrapes.
      if (this.#isReopening) return;
      this.#isReopening = true;
      const deaf = this.#channel;
      this.#channel = this.#open();
      deaf.close();
      this.#onReopened();
      this.postMessage(message);
      this.#isReopening = false;
    }
  }

  #checkLater(check: () => void): void {
    this.#check = setTimeout(check, checkDelayMs);
    unreferenced(this.#check);
  }

  /** Closes the channel. */
  close(): void {
    clearTimeout(this.#check);
    this.#channel.close();
  }
}

/** When Deno's defect shows for certain: the closed channel needs a turn or two to end. */
const checkDelayMs = 10;

/**
 * Opens a channel to the other threads; nothing if the runtime has none.
 *
 * It is the channel of `node:worker_threads`: Deno's own cannot be unreferenced, and gets the same
 * messages. The module is looked up and not imported, because Workers and browsers lack it.
 */
export function openChannel(
  name: string,
  onMessage: (message: unknown) => void,
  onReopened: () => void,
): ThreadChannel | undefined {
  const Channel = workerThreads()?.BroadcastChannel ?? host().BroadcastChannel;
  if (Channel === undefined) return undefined;
  return new ThreadChannel(() => {
    const channel = new Channel(name);
    channel.onmessage = ({ data }) => onMessage(data);
    // Afterwards, because listening references the channel again.
    channel.unref?.();
    return channel;
  }, onReopened);
}

/** The id of this thread in its process; 0 for the main thread, or if the runtime has no ids. */
export function threadId(): number {
  return workerThreads()?.threadId ?? 0;
}

/** Listens for the starts and ends of threads. */
export interface ThreadWatcher {
  /** This thread exits in order. */
  onThreadEnd(): void;
  /** This thread has started a worker. Not every runtime reports that. */
  onWorkerStart(worker: WorkerLike): void;
}

const watchers = new Set<ThreadWatcher>();
let isListening = false;

/** Adds a watcher. All share one listener, because runtimes warn of more than ten. */
export function watchThreads(watcher: ThreadWatcher): void {
  watchers.add(watcher);
  if (isListening) return;
  isListening = true;
  const onEnd = () => watchers.forEach((each) => each.onThreadEnd());
  // Deno's Web Workers emit "unload" and no "exit", so both are listened for.
  host().process?.on?.("exit", onEnd);
  host().addEventListener?.("unload", onEnd);
  host().process?.on?.("worker", (worker) => {
    watchers.forEach((each) => each.onWorkerStart(worker));
  });
}

/** Removes a watcher. */
export function unwatchThreads(watcher: ThreadWatcher): void {
  watchers.delete(watcher);
}

function workerThreads(): WorkerThreads | undefined {
  return host().process?.getBuiltinModule?.("node:worker_threads");
}
