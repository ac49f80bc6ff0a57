import type { WorkerLike } from "./worker_exit.ts";

/** A `BroadcastChannel`, as far as it is used here. */
export interface ThreadChannel {
  /** Sends a message to all other threads that have opened a channel of this name. */
  postMessage(message: unknown): void;
  /** Called with each message of another thread. */
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  /** Closes the channel. */
  close(): void;
  /** Lets the process exit although the channel is open. */
  unref?(): void;
}

interface WorkerThreads {
  readonly threadId: number;
  readonly BroadcastChannel: new (name: string) => ThreadChannel;
}

interface ProcessLike {
  getBuiltinModule?(name: "node:worker_threads"): WorkerThreads | undefined;
  on?(event: "exit", listener: () => void): unknown;
  on?(event: "worker", listener: (worker: WorkerLike) => void): unknown;
}

interface Host {
  readonly process?: ProcessLike;
  readonly BroadcastChannel?: new (name: string) => ThreadChannel;
  addEventListener?(event: "unload", listener: () => void): void;
}

const host = (): Host => globalThis as unknown as Host;

/**
 * Opens a channel to the other threads; nothing if the runtime has none.
 *
 * It is the channel of `node:worker_threads`: Deno's own cannot be unreferenced, and gets the same
 * messages. The module is looked up and not imported, because Workers and browsers lack it.
 */
export function openChannel(
  name: string,
  onMessage: (message: unknown) => void,
): ThreadChannel | undefined {
  const Channel = workerThreads()?.BroadcastChannel ?? host().BroadcastChannel;
  if (Channel === undefined) return undefined;
  const channel = new Channel(name);
  channel.onmessage = ({ data }) => onMessage(data);
  // Afterwards, because listening references the channel again.
  channel.unref?.();
  return channel;
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
