import { raceDeadline } from "../model/deadline.ts";
import type { SerializedFamily } from "./serialized_families.ts";

/**
 * A channel to another process, as `node:cluster` and `fork()` provide it.
 *
 * @category Processes
 */
export interface ProcessChannel {
  /** The id of the process, if it has one. */
  readonly pid?: number;
  /** Sends a message, and calls back with an error if that fails. */
  send?(message: unknown, done: (error: Error | null) => void): unknown;
  /** Adds a listener for messages. */
  on(event: "message", listener: (message: unknown) => void): unknown;
  /** Adds a listener for the end of the process, or of the channel. */
  on(event: "exit" | "disconnect", listener: () => void): unknown;
}

/** A message between the primary and a worker: a request, its answer, or last values. */
export interface ProcessMessage {
  /** The kind of message; its name marks messages of this library. */
  readonly edgeprom: "ask" | "answer" | "flush";
  /** The number of the request; its answer has the same one. */
  readonly number: number;
  /** The sender's families, except in a request. */
  readonly families?: readonly SerializedFamily[];
}

/** The message, if it is one of this library. */
export function processMessage(message: unknown): ProcessMessage | undefined {
  const kind = (message as Partial<ProcessMessage> | null | undefined)?.edgeprom;
  return kind === "ask" || kind === "answer" || kind === "flush"
    ? message as ProcessMessage
    : undefined;
}

/**
 * Sends a message, if the channel is open. If the other process is exiting, its `exit` event reports
 * that; an unhandled send error would crash this process.
 */
export function sendTo(channel: ProcessChannel, message: ProcessMessage): void {
  try {
    channel.send?.(message, () => {});
  } catch {
    // The channel is closed already.
  }
}

/** Requests to other processes that wait for an answer. */
export class PendingRequests {
  readonly #pending = new Map<number, (families?: readonly SerializedFamily[]) => void>();
  #lastNumber = 0;

  /** Sends a request. Resolves with the answer, or with nothing if there is none in time. */
  ask(
    channel: ProcessChannel,
    timeoutMs: number,
    signal?: AbortSignal,
  ): Promise<readonly SerializedFamily[] | undefined> {
    const number = ++this.#lastNumber;
    const answer = new Promise<readonly SerializedFamily[] | undefined>((resolve) => {
      this.#pending.set(number, resolve);
    });
    sendTo(channel, { edgeprom: "ask", number });
    return raceDeadline(answer, { seconds: timeoutMs / 1000, signal }, () => undefined)
      .finally(() => this.#pending.delete(number));
  }

  /** Resolves the request that a message answers. */
  answer({ number, families }: ProcessMessage): void {
    this.#pending.get(number)?.(families);
  }
}
