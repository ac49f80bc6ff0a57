import { unreferenced } from "./unreferenced.ts";

/** A worker as its parent sees it, of `node:worker_threads` or of the Web. */
export interface WorkerLike {
  /** The id that the runtime gave the thread, where it gives one. */
  readonly threadId?: number;
  /** Ends the thread, whatever it is doing. */
  terminate(): unknown;
  /** Listens, in `node:worker_threads`. */
  on?(event: "exit", listener: () => void): unknown;
  /** Listens, on the Web. */
  addEventListener?(event: "close", listener: () => void): unknown;
}

/**
 * A thread may go on for a moment after its end was told: on Deno `terminate()` says so at once, and
 * workers of the Web say nothing.
 */
const lastBreathMilliseconds = 1000;

/** Calls back once a worker has surely ended. */
export function whenWorkerEnds(worker: WorkerLike, ended: () => void): void {
  const soon = () => unreferenced(setTimeout(ended, lastBreathMilliseconds));
  if (worker.on !== undefined) {
    worker.on("exit", soon);
    return;
  }
  worker.addEventListener?.("close", soon);
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    soon();
    return terminate();
  };
}
