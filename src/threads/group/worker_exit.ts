import { unreferenced } from "../../model/platform/platform.ts";
/**
 * A worker as its parent sees it: one of `node:worker_threads`, or a Web Worker.
 *
 * @category Threads
 */
export interface WorkerLike {
  /** The id of the thread, if the runtime gives it one. */
  readonly threadId?: number;
  /** Ends the thread at once. */
  terminate(): unknown;
  /** Adds a listener, in `node:worker_threads`. */
  on?(event: "exit", listener: () => void): unknown;
  /** Adds a listener, on a Web Worker. */
  addEventListener?(event: "close", listener: () => void): unknown;
}

/**
 * Time between the report of a worker's end and its certain end: on Deno `terminate()` reports it at
 * once, and Web Workers do not report it.
 */
const exitGraceMs = 1000;

/** The callbacks of each worker. */
const listeners = new WeakMap<WorkerLike, (() => void)[]>();

/**
 * Calls back once a worker has certainly ended. All registries share one listener a worker, because
 * runtimes warn of more than ten.
 */
export function whenWorkerEnds(worker: WorkerLike, onEnd: () => void): void {
  const present = listeners.get(worker);
  if (present !== undefined) {
    present.push(onEnd);
    return;
  }
  const all = [onEnd];
  listeners.set(worker, all);
  listen(worker, () => {
    unreferenced(setTimeout(() => all.splice(0).forEach((each) => each()), exitGraceMs));
  });
}

function listen(worker: WorkerLike, onEnd: () => void): void {
  if (worker.on !== undefined) {
    worker.on("exit", onEnd);
    return;
  }
  worker.addEventListener?.("close", onEnd);
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    onEnd();
    return terminate();
  };
}
