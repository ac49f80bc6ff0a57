import { aggregatorHeader, type BatchReply } from "../../deltas/reply.ts";
import { milliseconds } from "../../model/platform/clock.ts";
import type { Answer } from "../delivery/answer.ts";
import type { Attempt } from "../delivery/attempt.ts";
import { deliver } from "../delivery/delivery.ts";
import type { Endpoint } from "../delivery/endpoint.ts";
import { answerError } from "../delivery/failure.ts";
import type { PushError } from "../delivery/push_error.ts";
import type { PushSignals } from "../regular_pushes.ts";
import type { DeltaPusherSettings } from "./delta_pusher_options.ts";
import type { QueuedBatch } from "./delta_queue.ts";
import { longestReply, replyOf, replyWithoutHeader } from "./delta_reply.ts";

/** How a batch is sent. */
export interface SendingOptions {
  readonly endpoint: Endpoint;
  readonly settings: DeltaPusherSettings;
  readonly signals: PushSignals;
  /** How long it may take. */
  readonly seconds: number;
  /** Whether no later flush has taken over. */
  readonly isCurrent: () => boolean;
  /** Is told how each attempt ended. */
  readonly onAttempt: (code: string) => void;
}

/** What came of it. */
export type Sending =
  | {
    /** What the aggregator has done. */
    readonly result: "applied" | "duplicate";
    readonly reply: BatchReply;
    /** When the attempt began that was answered, in milliseconds. */
    readonly began: number;
  }
  | {
    /** That the aggregator does not know the client, or that the batch has to be sent again. */
    readonly result: "unknown" | "failed";
    readonly error: PushError;
    /** How many seconds the aggregator asked to wait. */
    readonly retryAfter?: number;
    /** The aggregator's time, if it does not know the client. */
    readonly time?: number;
  };

const notFound = "is target the URL of an aggregator, with /deltas?";

const withoutHeader = "something between here and the aggregator drops the response header " +
  `"${aggregatorHeader}", without which no answer counts; let it through`;

const tooLarge = "raise the limit of bodies there, or lower longestBytes";

/**
 * Sends a frozen batch until an aggregator has answered. It notes at the batch whether an attempt may
 * have been applied without an answer: until an attempt has one, it may.
 */
export async function sendBatch(batch: QueuedBatch, options: SendingOptions): Promise<Sending> {
  const { endpoint, settings, signals, isCurrent } = options;
  const { signal, superseded, isAwaited } = signals;
  let wasUncertain = batch.isUncertain;
  let began = milliseconds();
  const message = { method: "POST", url: endpoint.url, ...batch.frozen! } as const;
  const delivery = await deliver(endpoint, message, {
    maxAttempts: settings.maxAttempts,
    attemptSeconds: settings.attemptTimeoutSeconds,
    seconds: options.seconds,
    signal,
    superseded,
    keepsAlive: isAwaited,
    replyCharacters: longestReply,
    onAttempt: options.onAttempt,
    errorOf: (answer, after) => errorOf(endpoint, answer, after),
    mayBegin() {
      if (!isCurrent()) return false;
      began = milliseconds();
      batch.since ??= began;
      wasUncertain = batch.isUncertain;
      batch.isUncertain = true;
      return true;
    },
    onResult(result) {
      if (isCurrent() && isDefinite(result)) batch.isUncertain = wasUncertain;
    },
  });
  if ("failure" in delivery) {
    const { failure: error, retryAfter } = delivery;
    return { result: "failed", error, retryAfter };
  }
  const { answer } = delivery;
  const reply = replyOf(answer);
  if (reply?.result === "applied" || reply?.result === "duplicate") {
    return { result: reply.result, reply, began };
  }
  const error = errorOf(endpoint, answer);
  if (reply?.result === "unknown") return { result: "unknown", error, time: reply.time };
  return { result: "failed", error };
}

/** Whether it is known what an attempt did: a store that failed may have kept the batch. */
function isDefinite(result: Attempt): boolean {
  const reply = "answer" in result ? replyOf(result.answer) : undefined;
  return reply !== undefined && reply.result !== "unavailable";
}

/**
 * The error for an answer. Of a reply it has the reason, not the rest, which is another each time; and
 * it has no remedy beside the aggregator's own.
 */
function errorOf({ target }: Endpoint, answer: Answer, after?: string): PushError {
  const lost = replyWithoutHeader(answer);
  const reply = replyOf(answer) ?? lost;
  const text = reply?.reason ?? lost?.result ?? answer.text.slice(0, 1000);
  const isTooLarge = answer.status === 413 && reply?.reason === undefined;
  const remedy = lost ? withoutHeader : isTooLarge ? tooLarge : undefined;
  return answerError(target, { ...answer, text }, { notFound, after, remedy });
}
