import process from "node:process";
import { once } from "node:events";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import {
  joinSharedRegistry,
  type SharedRegistry,
  sharedRegistry,
  type SharedRegistryHandle,
} from "../../src/workers.ts";

/** The tasks of a thread, by name. They are in the test file itself, because test files are bundled. */
export type Tasks = Readonly<
  Record<string, (registry: SharedRegistry, argument: number) => unknown>
>;

/** A thread that runs the tasks of a test file. */
export interface Thread {
  readonly worker: Worker;
  /** Runs a task. Resolves with its result. */
  run(task: string, argument?: number): Promise<unknown>;
  /** Lets the thread exit in order. */
  exit(): Promise<void>;
  /** Terminates the thread at once. */
  kill(): Promise<void>;
}

interface Start {
  readonly name: string;
  readonly handle?: SharedRegistryHandle;
}

/** Starts a thread that runs a test file again, and there its tasks. */
export async function startThread(url: string, start: Start): Promise<Thread> {
  const worker = new Worker(new URL(url), { workerData: start });
  const ended = new Promise<void>((resolve) => worker.once("exit", () => resolve()));
  await once(worker, "message");
  return {
    worker,
    run: async (task, argument = 0) => {
      const answer = once(worker, "message");
      worker.postMessage({ task, argument });
      return (await answer)[0].result;
    },
    exit: async () => {
      worker.postMessage({ task: "exit", argument: 0 });
      await ended;
    },
    kill: async () => {
      await worker.terminate();
      await ended;
    },
  };
}

/** Serves the tasks, if this is such a thread. Returns whether it is the main one, which tests. */
export function isTester(tasks: Tasks): boolean {
  if (isMainThread || !parentPort || workerData?.name === undefined) return true;
  const { name, handle }: Start = workerData;
  const registry = handle ? joinSharedRegistry(handle) : sharedRegistry({ name });
  parentPort.on("message", async ({ task, argument }) => {
    if (task === "exit") process.exit(0);
    const result = await tasks[task](registry, argument);
    parentPort!.postMessage({ result });
  });
  parentPort.postMessage("ready");
  return false;
}
