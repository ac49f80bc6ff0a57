import type { WorkerLike } from "./worker_exit.ts";

/** The part of a thread's channel to all others that is needed here. */
export interface ThreadChannel {
  /** Sends to all other threads that have opened a channel of this name. */
  postMessage(message: unknown): void;
  /** Receives. */
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  /** Ends it. */
  close(): void;
  /** Lets the process end although the channel is open. */
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
 * Opens a channel to the other threads, or nothing where the runtime has none.
 *
 * It is that of `node:worker_threads`: Deno's own cannot be told not to keep the process alive, and
 * hears the same messages. The module is asked for here and not imported, as Workers and browsers
 * lack it.
 */
export function openChannel(
  name: string,
  received: (message: unknown) => void,
): ThreadChannel | undefined {
  const Channel = workerThreads()?.BroadcastChannel ?? host().BroadcastChannel;
  if (Channel === undefined) return undefined;
  const channel = new Channel(name);
  channel.onmessage = ({ data }) => received(data);
  // Afterwards: to listen is to keep the process alive again.
  channel.unref?.();
  return channel;
}

/** The id of this thread in its process; 0 for the main one, or where threads have none. */
export function threadId(): number {
  return workerThreads()?.threadId ?? 0;
}

/** What wants to know of the ends and starts of threads, as long as it does. */
export interface ThreadWatcher {
  /** This thread ends in order. */
  threadEnds(): void;
  /** This thread starts a worker; not every runtime tells. */
  workerStarts(worker: WorkerLike): void;
}

const watchers = new Set<ThreadWatcher>();
let isListening = false;

/** Tells a watcher of threads. There is one listener for all: runtimes warn of more than ten. */
export function watchThreads(watcher: ThreadWatcher): void {
  watchers.add(watcher);
  if (isListening) return;
  isListening = true;
  const ended = () => watchers.forEach((each) => each.threadEnds());
  // Deno's Web Workers say "unload" and no "exit"; to hear both is to hear one at least.
  host().process?.on?.("exit", ended);
  host().addEventListener?.("unload", ended);
  host().process?.on?.("worker", (worker) => {
    watchers.forEach((each) => each.workerStarts(worker));
  });
}

/** Tells a watcher no more. */
export function unwatchThreads(watcher: ThreadWatcher): void {
  watchers.delete(watcher);
}

function workerThreads(): WorkerThreads | undefined {
  return host().process?.getBuiltinModule?.("node:worker_threads");
}
