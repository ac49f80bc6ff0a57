import { raceDeadline } from "../model/deadline.ts";
import type { SerializedFamily } from "./serialized_families.ts";

/** The other end of a channel between processes, as `node:cluster` and `fork()` give it. */
export interface ProcessChannel {
  /** The id of the process, where it has one. */
  readonly pid?: number;
  /** Sends a message, and tells whether that failed. */
  send?(message: unknown, done: (error: Error | null) => void): unknown;
  /** Listens. */
  on(event: "message", listener: (message: unknown) => void): unknown;
  /** Listens for the end. */
  on(event: "exit" | "disconnect", listener: () => void): unknown;
}

/** What the primary asks a worker, or a worker the primary; answered under the same number. */
export interface ProcessMessage {
  /** Tells these messages from any others. */
  readonly edgeprom: "ask" | "answer" | "flush";
  /** Which question it is. */
  readonly number: number;
  /** The families, for an answer. */
  readonly families?: readonly SerializedFamily[];
}

/** A message of ours, or nothing. */
export function processMessage(message: unknown): ProcessMessage | undefined {
  const kind = (message as Partial<ProcessMessage> | null | undefined)?.edgeprom;
  return kind === "ask" || kind === "answer" || kind === "flush"
    ? message as ProcessMessage
    : undefined;
}

/**
 * Sends a message, if the other process is still there. Where it ends just now, its end is told by
 * an event of its own; an error that nobody takes here would be one that ends this process.
 */
export function sendTo(channel: ProcessChannel, message: ProcessMessage): void {
  try {
    channel.send?.(message, () => {});
  } catch {
    // The channel is closed already.
  }
}

/** Asks another process, and waits for the answer. */
export class PendingRequests {
  readonly #open = new Map<number, (families?: readonly SerializedFamily[]) => void>();
  #last = 0;

  /** Asks; `undefined` where there is no answer in time. */
  ask(
    channel: ProcessChannel,
    milliseconds: number,
    signal?: AbortSignal,
  ): Promise<readonly SerializedFamily[] | undefined> {
    const number = ++this.#last;
    const answer = new Promise<readonly SerializedFamily[] | undefined>((resolve) => {
      this.#open.set(number, resolve);
    });
    sendTo(channel, { edgeprom: "ask", number });
    return raceDeadline(answer, { seconds: milliseconds / 1000, signal }, () => undefined)
      .finally(() => this.#open.delete(number));
  }

  /** Takes an answer. */
  answer({ number, families }: ProcessMessage): void {
    this.#open.get(number)?.(families);
  }
}
