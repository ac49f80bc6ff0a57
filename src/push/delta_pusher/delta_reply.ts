import {
  aggregatorHeader,
  type BatchReply,
  type BatchResult,
  type RefusedFamily,
  statusOf,
} from "../../deltas/reply.ts";
import { anObject } from "../../model/options.ts";
import type { Answer } from "../delivery/answer.ts";

/** Characters of a reply that are read. One that is longer cannot be understood. */
export const longestReply = 1024 * 1024;

/**
 * What an aggregator has answered. `undefined` if something else has answered, or if the reply cannot
 * be understood: then nothing is known of the batch.
 */
export function replyOf(answer: Answer): BatchReply | undefined {
  return answer.headers.has(aggregatorHeader) ? readReply(answer) : undefined;
}

/**
 * What looks like a reply of an aggregator without its header. It may be that of another version, or
 * a copy that a cache has kept, so it says nothing about the batch; it is for messages.
 */
export function replyWithoutHeader(answer: Answer): BatchReply | undefined {
  return answer.headers.has(aggregatorHeader) ? undefined : readReply(answer);
}

function readReply({ status, text }: Answer): BatchReply | undefined {
  let reply: unknown;
  try {
    reply = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!anObject.fits(reply)) return undefined;
  const given = reply as Readonly<Record<string, unknown>>;
  const result = given.result as BatchResult;
  if (result === "refused" ? status < 400 || status > 499 : statusOf[result] !== status) {
    return undefined;
  }
  const { reason, refused, time, hasLiving, heartbeatSeconds, refreshSeconds } = given;
  return {
    result,
    ...typeof reason === "string" && { reason },
    ...Array.isArray(refused) && { refused: refused.filter(isRefusal) },
    ...isTime(time) && { time },
    ...typeof hasLiving === "boolean" && { hasLiving },
    ...isTime(heartbeatSeconds) && { heartbeatSeconds },
    ...isTime(refreshSeconds) && { refreshSeconds },
  };
}

function isRefusal(value: unknown): value is RefusedFamily {
  const { family, reason } = (value ?? {}) as Partial<RefusedFamily>;
  return typeof family === "string" && typeof reason === "string";
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && value > 0;
}
