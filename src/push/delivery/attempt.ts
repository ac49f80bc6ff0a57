import { type Deadline, raceDeadline, setDeadline } from "../../model/platform/deadline.ts";
import { type Answer, discard, readAnswer } from "./answer.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Message } from "./message.ts";

/** How an attempt ended. */
export type Attempt =
  | { readonly answer: Answer }
  | { readonly thrown: unknown }
  | { readonly expired: "timeout" | "aborted" };

/**
 * Sends a message once. It never rejects, and it ends in time even if `fetch` ignores its signal.
 *
 * If the time is over or the signal is aborted while the words of a failure are read, its status
 * still counts.
 */
export async function attempt(
  endpoint: Endpoint,
  message: Message,
  { seconds = Infinity, signal }: Deadline,
  replyCharacters?: number,
): Promise<Attempt> {
  const controller = new AbortController();
  const stop = () => controller.abort();
  const cancel = setDeadline(seconds, stop);
  signal?.addEventListener("abort", stop);
  try {
    const request = endpoint.request(message, controller.signal);
    const response = await raceDeadline(request, { signal: controller.signal }, () => undefined);
    if (response !== undefined) {
      const answer = await readAnswer(response, controller.signal, replyCharacters);
      // Some servers repeat the URL, or the credentials.
      return { answer: { ...answer, text: endpoint.conceal(answer.text) } };
    }
    request.then(discard).catch(() => {});
    return { expired: signal?.aborted ? "aborted" : "timeout" };
  } catch (thrown) {
    return { thrown };
  } finally {
    cancel();
    signal?.removeEventListener("abort", stop);
  }
}
