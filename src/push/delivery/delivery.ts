import { milliseconds } from "../../model/platform/clock.ts";
import type { Answer } from "./answer.ts";
import { type Attempt, attempt } from "./attempt.ts";
import { backOffSeconds, pauseUnless } from "./back_off.ts";
import type { Endpoint } from "./endpoint.ts";
import { answerError, networkError, unansweredError } from "./failure.ts";
import type { Message } from "./message.ts";
import type { PushError } from "./push_error.ts";
import { retryAfterOf } from "./retry_after.ts";

/** How hard a delivery tries. */
export interface DeliveryOptions {
  /** How often it is tried at most, the first time included. */
  readonly maxAttempts: number;
  /** The longest time of one attempt. */
  readonly attemptSeconds: number;
  /** The longest time of all attempts, with the pauses between them. */
  readonly seconds: number;
  /** Ends everything at once, a running attempt too. */
  readonly signal?: AbortSignal;
  /** Ends a pause and forbids a second attempt. A running one, and the first, may finish. */
  readonly superseded?: AbortSignal;
  /**
   * Is told how each attempt ended: with a status such as `204`, or `error` (of the network),
   * `timeout` or `aborted`.
   */
  readonly onAttempt?: (code: string) => void;
  /** Whether the process waits for pauses; true by default. It always waits for a request. */
  readonly keepsAlive?: () => boolean;
  /** How many characters of any answer are read, if those of a success matter too. */
  readonly replyCharacters?: number;
  /** Is asked before each attempt whether there may be one; always by default. */
  readonly mayBegin?: () => boolean;
  /** Is told how each attempt ended, in whole. */
  readonly onResult?: (result: Attempt) => void;
  /**
   * Makes the error of an answer after which it gives up, for a server whose words must be read;
   * `after` says how often it was asked.
   */
  readonly errorOf?: (answer: Answer, after: string) => PushError;
  /** Gives numbers from 0 up to 1, for the length of pauses; `Math.random()` by default. */
  readonly random?: () => number;
}

/** How a delivery ended. */
export type Delivery =
  | { readonly answer: Answer }
  | {
    /** What went wrong in the last attempt. */
    readonly failure: PushError;
    /** How many seconds the server asked to wait, if it did. */
    readonly retryAfter?: number;
  };

/**
 * Sends a message until a server answers that sending it again would not change: 2xx, 3xx and 4xx.
 *
 * After 429, 5xx, an error of the network or a timeout it tries again, later each time, and as late
 * as the server asks for. It fails at once if the pause would not fit into the time that is left, or
 * if a Durable Object says that it is overloaded, which more requests make worse.
 *
 * It never rejects, and leaves no timer, listener or unread body behind.
 */
export async function deliver(
  endpoint: Endpoint,
  message: Message,
  options: DeliveryOptions,
): Promise<Delivery> {
  const { attemptSeconds, signal, superseded, onAttempt, random = Math.random } = options;
  const end = milliseconds() + options.seconds * 1000;
  const secondsLeft = () => (end - milliseconds()) / 1000;
  for (let attempts = 1;; attempts++) {
    if (signal?.aborted) {
      return { failure: unansweredError(endpoint.target, "aborted", signal.reason) };
    }
    if (options.mayBegin?.() === false) {
      return { failure: unansweredError(endpoint.target, "given up, as another push goes on") };
    }
    const seconds = Math.min(attemptSeconds, secondsLeft());
    const deadline = { seconds, signal };
    const sent = numbered(message, attempts);
    const result = await attempt(endpoint, sent, deadline, options.replyCharacters);
    onAttempt?.(codeOf(result));
    options.onResult?.(result);
    if ("answer" in result && !isTransient(result.answer)) return result;
    const retryAfter = "answer" in result ? retryAfterOf(result.answer.headers) : undefined;
    const pause = backOffSeconds(attempts, random) + (retryAfter ?? 0);
    const isLast = attempts >= options.maxAttempts || pause >= secondsLeft() || signal?.aborted ||
      isOverloaded(result);
    if (!isLast) await pauseUnless(pause, [signal, superseded], options.keepsAlive?.());
    if (isLast || signal?.aborted || superseded?.aborted) {
      return { failure: failureOf(endpoint, result, attempts, options), retryAfter };
    }
  }
}

/** A retry says that it is one, as those of Prometheus do. */
function numbered(message: Message, attempts: number): Message {
  if (attempts === 1) return message;
  return { ...message, headers: { ...message.headers, "retry-attempt": `${attempts - 1}` } };
}

/** Whether the same message may be answered otherwise later. */
function isTransient({ status }: Answer): boolean {
  return status === 429 || status >= 500;
}

/** Whether it is the error of a Durable Object with too many requests. */
function isOverloaded(result: Attempt): boolean {
  if (!("thrown" in result)) return false;
  return (result.thrown as { readonly overloaded?: unknown } | null)?.overloaded === true;
}

function codeOf(result: Attempt): string {
  if ("answer" in result) return String(result.answer.status);
  return "expired" in result ? result.expired : "error";
}

function failureOf(
  endpoint: Endpoint,
  result: Attempt,
  attempts: number,
  { signal, errorOf }: DeliveryOptions,
): PushError {
  const { target } = endpoint;
  const after = attempts === 1 ? "" : `, after ${attempts} attempts`;
  if ("answer" in result) {
    return errorOf?.(result.answer, after) ?? answerError(target, result.answer, { after });
  }
  if ("thrown" in result) return networkError(endpoint, result.thrown, after);
  if (result.expired === "aborted") return unansweredError(target, "aborted", signal?.reason);
  return unansweredError(target, `no answer in time${after}; is the server reachable?`);
}
