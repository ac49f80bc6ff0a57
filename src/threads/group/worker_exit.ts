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
const exitGraceMs = 1000;

/** Who wants to know of the end of a worker. */
const waiting = new WeakMap<WorkerLike, (() => void)[]>();

/**
 * Calls back once a worker has surely ended. There is one listener a worker, however many registries
 * there are: runtimes warn of more than ten.
 */
export function whenWorkerEnds(worker: WorkerLike, ended: () => void): void {
  const present = waiting.get(worker);
  if (present !== undefined) {
    present.push(ended);
    return;
  }
  const all = [ended];
  waiting.set(worker, all);
  listen(worker, () => {
    unreferenced(setTimeout(() => all.splice(0).forEach((each) => each()), exitGraceMs));
  });
}

function listen(worker: WorkerLike, ended: () => void): void {
  if (worker.on !== undefined) {
    worker.on("exit", ended);
    return;
  }
  worker.addEventListener?.("close", ended);
  const terminate = worker.terminate.bind(worker);
  worker.terminate = () => {
    ended();
    return terminate();
  };
}

/** Lets the process end although a timer runs. */
export function unreferenced(timer: unknown): void {
  (timer as { unref?(): void }).unref?.();
  (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(timer);
}
