import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { ContenderName } from "../contenders/library.ts";
import type { ProcessChannel, SharedRegistryHandle } from "../../../src/workers.ts";

/** What a thread or process is to be. */
export interface MemberTask {
  readonly contender: ContenderName;
  readonly kind: "thread" | "process";
  readonly series: number;
  /** For a thread of edgeprom. */
  readonly handle?: SharedRegistryHandle;
}

/** What a member is told, and what it answers. */
export interface Command {
  readonly bench: "touch" | "spin";
}

/** A thread or process as its parent sees it. */
export interface Member {
  /** Tells it what to do, and waits until it says that it has heard. */
  tell(command: Command["bench"]): Promise<void>;
  /** Ends it, whatever it is doing. */
  end(): Promise<void>;
}

/** The ends of threads and processes have the same events. */
interface Other {
  on(event: "message", listener: (message: Partial<{ bench: string }>) => void): unknown;
}

const script = new URL("./member.mjs", import.meta.url);

/** Starts a thread and waits until it has its series. */
export async function startThread(task: MemberTask): Promise<Member> {
  const worker = new Worker(script, { workerData: task });
  await hears(worker, "ready");
  return {
    tell(bench) {
      const heard = hears(worker, bench);
      worker.postMessage({ bench });
      return heard;
    },
    end: async () => void await worker.terminate(),
  };
}

/**
 * Starts a process and waits until it has its series.
 *
 * @param forked Told of the process before it runs.
 */
export async function startProcess(
  task: MemberTask,
  forked: (process: ProcessChannel) => void = () => {},
): Promise<Member> {
  cluster.setupPrimary({ exec: fileURLToPath(script), args: [JSON.stringify(task)] });
  const worker = cluster.fork();
  forked(worker.process);
  await hears(worker, "ready");
  return {
    tell(bench) {
      const heard = hears(worker, bench);
      worker.send({ bench });
      return heard;
    },
    end: () =>
      new Promise((resolve) => {
        worker.once("exit", () => resolve());
        worker.process.kill("SIGKILL");
      }),
  };
}

const waiting = new WeakMap<Other, Map<string, () => void>>();

function hears(other: Other, wanted: string): Promise<void> {
  let expected = waiting.get(other);
  if (expected === undefined) {
    const made = new Map<string, () => void>();
    other.on("message", ({ bench = "" }) => made.get(bench)?.());
    waiting.set(other, expected = made);
  }
  return new Promise((resolve) => expected.set(wanted, resolve));
}
