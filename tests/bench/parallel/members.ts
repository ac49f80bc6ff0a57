import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import type { ContenderName } from "../contenders/library.ts";
import type { ProcessChannel, SharedRegistryHandle } from "../../../src/workers.ts";

/** The task of a thread or process. */
export interface MemberTask {
  readonly contender: ContenderName;
  readonly kind: "thread" | "process";
  readonly series: number;
  /** The first of its series. */
  readonly from: number;
  /** The maximum of series in a family; that of the library if it is absent. */
  readonly limit?: number;
  /** For a thread of edgeprom. */
  readonly handle?: SharedRegistryHandle;
}

/** A command to a member, which replies with the same. */
export interface Command {
  readonly bench: "touch" | "spin";
}

/** A thread or process as its parent sees it. */
export interface Member {
  /** Sends a command, and waits for the reply. */
  send(command: Command["bench"]): Promise<void>;
  /** Ends it at once. */
  end(): Promise<void>;
}

/** What threads and processes have in common. */
interface Peer {
  on(event: "message", listener: (message: Partial<{ bench: string }>) => void): unknown;
}

const script = new URL("./member.mjs", import.meta.url);

/** Starts a thread and waits until it has its series. */
export async function startThread(task: MemberTask): Promise<Member> {
  const worker = new Worker(script, { workerData: task });
  await replies(worker, "ready");
  return {
    send(bench) {
      const replied = replies(worker, bench);
      worker.postMessage({ bench });
      return replied;
    },
    end: async () => void await worker.terminate(),
  };
}

/**
 * Starts a process and waits until it has its series.
 *
 * @param onFork Called with the process before it runs.
 */
export async function startProcess(
  task: MemberTask,
  onFork: (process: ProcessChannel) => void = () => {},
): Promise<Member> {
  cluster.setupPrimary({ exec: fileURLToPath(script), args: [JSON.stringify(task)] });
  const worker = cluster.fork();
  onFork(worker.process);
  await replies(worker, "ready");
  return {
    send(bench) {
      const replied = replies(worker, bench);
      worker.send({ bench });
      return replied;
    },
    end: () =>
      new Promise((resolve) => {
        worker.once("exit", () => resolve());
        worker.process.kill("SIGKILL");
      }),
  };
}

const replyListeners = new WeakMap<Peer, Map<string, () => void>>();

function replies(peer: Peer, wanted: string): Promise<void> {
  let expected = replyListeners.get(peer);
  if (expected === undefined) {
    const made = new Map<string, () => void>();
    peer.on("message", ({ bench = "" }) => made.get(bench)?.());
    replyListeners.set(peer, expected = made);
  }
  return new Promise((resolve) => expected.set(wanted, resolve));
}
