import { type OptionRule, withMethod } from "../model/options.ts";
import { raceDeadline } from "../model/platform/deadline.ts";
import type { SerializedFamily } from "./serialized_families.ts";

/**
 * A channel to another process, as `node:cluster` and `fork()` provide it.
 *
 * @category Processes
 */
export interface ProcessChannel {
  /** The id of the process, if it has one. */
  readonly pid?: number;
  /** Sends a message. Calls back once it has left this process, with an error if that failed. */
  send?(message: unknown, done: (error: Error | null) => void): unknown;
  /** Adds a listener for messages. */
  on(event: "message", listener: (message: unknown) => void): unknown;
  /** Adds a listener for the end of the process, or of the channel. */
  on(event: "exit" | "disconnect", listener: () => void): unknown;
}

/** A channel, whether it can send or not: a process without a primary cannot. */
export const aChannel: OptionRule = /* @__PURE__ */ withMethod(
  "a process of node:cluster or fork()",
  "on",
);

/** A message between the primary and a worker: a request, its answer, or last values. */
export interface ProcessMessage {
  /** The kind of message; its name marks messages of this library. */
  readonly edgeprom: "ask" | "answer" | "flush";
  /** The number of the request; its answer has the same one. */
  readonly number: number;
  /** When the sender began to collect, in milliseconds by its own monotonic clock. */
  readonly at?: number;
  /** In a request: how long the sender waits for an answer. */
  readonly milliseconds?: number;
  /** The sender's families, except in a request. */
  readonly families?: readonly SerializedFamily[];
  /** What failed when they were collected. */
  readonly errors?: readonly string[];
}

/** The message, if it is one of this library. */
export function processMessage(message: unknown): ProcessMessage | undefined {
  const kind = (message as Partial<ProcessMessage> | null | undefined)?.edgeprom;
  return kind === "ask" || kind === "answer" || kind === "flush"
    ? message as ProcessMessage
    : undefined;
}

/** This process' end of a channel. */
export class Connection {
  readonly #channel: ProcessChannel;
  /** The messages on their way. Bun calls nobody back for those that the channel's end stops. */
  readonly #unsent = new Set<(isSent: boolean) => void>();
  /** The requests that wait for an answer, by their numbers. */
  readonly #requests = new Map<number, (answer?: ProcessMessage) => void>();
  #lastNumber = 0;
  #isClosed = false;

  /**
   * Listens for this library's messages.
   *
   * @param onMessage Called with each, before a request that it answers is resolved.
   */
  constructor(channel: ProcessChannel, onMessage: (message: ProcessMessage) => void) {
    this.#channel = channel;
    channel.on("message", (data) => {
      const message = processMessage(data);
      if (message === undefined) return;
      onMessage(message);
      if (message.edgeprom === "answer") this.#requests.get(message.number)?.(message);
    });
    channel.on("disconnect", () => {
      this.#isClosed = true;
      this.#unsent.forEach((finish) => finish(false));
      this.#requests.forEach((answer) => answer());
    });
  }

  /** Whether the other process cannot be reached any more. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * Sends a message. Resolves once it has left this process, so that it arrives also if this process
   * exits; with false if it cannot be sent. Never throws: the other process may just have exited.
   */
  send(message: ProcessMessage): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isSent: boolean) => {
        this.#unsent.delete(finish);
        resolve(isSent);
      };
      if (this.#isClosed || this.#channel.send === undefined) return finish(false);
      this.#unsent.add(finish);
      try {
        this.#channel.send(message, (error) => finish(error == null));
      } catch {
        finish(false);
      }
    });
  }

  /** Sends a request. Resolves with the answer, or with nothing if there is none in time. */
  ask(milliseconds: number, signal?: AbortSignal): Promise<ProcessMessage | undefined> {
    const number = ++this.#lastNumber;
    const answer = new Promise<ProcessMessage | undefined>((resolve) => {
      this.#requests.set(number, resolve);
      this.send({ edgeprom: "ask", number, milliseconds })
        .then((isSent) => isSent || resolve(undefined));
    });
    return raceDeadline(answer, { seconds: milliseconds / 1000, signal }, () => undefined)
      .finally(() => this.#requests.delete(number));
  }
}
