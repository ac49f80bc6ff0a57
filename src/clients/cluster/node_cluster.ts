import { isWorkers } from "../../model/platform/platform.ts";
import { builtin } from "../builtin.ts";
import type { AskedRegistries } from "./home.ts";
import { type Message, type MessageTypes, textOf } from "./messages.ts";

/** A worker of `node:cluster`, as its primary sees it. */
export interface ClusterWorker {
  /** Its number. */
  readonly id: number;
  /** Whether messages reach it. */
  isConnected(): boolean;
  /** Sends a message. */
  send(message: Partial<Message>): unknown;
}

/** The part of `node:cluster` that is used here. */
export interface NodeCluster {
  /** Whether this process has workers, and is none. */
  readonly isPrimary: boolean;
  /** The workers of a primary. */
  readonly workers?: Readonly<Record<string, ClusterWorker | undefined>>;
  on(event: "message", listener: (worker: ClusterWorker, message: unknown) => void): unknown;
  on(event: "disconnect", listener: (worker: ClusterWorker) => void): unknown;
}

/** The part of Node's `process` by which a worker talks to its primary. */
export interface WorkerProcess {
  /** Whether messages reach the primary. */
  readonly connected?: boolean;
  on(event: "message", listener: (message: unknown) => void): unknown;
  /** Sends a message; only a process that was forked has it. */
  send?(message: Partial<Message>): unknown;
}

/** Node's clusters; `undefined` if the runtime has none. Loaded late: some servers cannot bear it. */
export function nodeCluster(): NodeCluster | undefined {
  const cluster = isWorkers() ? undefined : builtin<NodeCluster>("node:cluster");
  // A worker listens to its process, and needs no more of the module than whether it is one.
  const isUsable = cluster?.isPrimary === false || typeof cluster?.on === "function";
  return isUsable ? cluster : undefined;
}

/** The workers that messages reach. */
export function connectedWorkers(cluster: NodeCluster): readonly ClusterWorker[] {
  return Object.values(cluster.workers ?? {}).filter((worker) => worker !== undefined)
    .filter((worker) => worker.isConnected());
}

/** This process, as a worker. */
export function workerProcess(): WorkerProcess {
  return (globalThis as unknown as { process: WorkerProcess }).process;
}

/** Sends a message to the primary, if it can still be reached. */
export function sendToPrimary(message: Partial<Message>): void {
  const process = workerProcess();
  if (process.connected) process.send?.(message);
}

/** Sends the metrics that the primary asked for, or why there are none. */
export async function answerPrimary(
  { response: type }: MessageTypes,
  { requestId }: Partial<Message>,
  registries: AskedRegistries,
): Promise<void> {
  try {
    sendToPrimary({ type, requestId, metrics: await registries.json() });
  } catch (error) {
    sendToPrimary({ type, requestId, error: textOf(error) });
  }
}
