import { setDeadline } from "../../model/platform/deadline.ts";

/** The first pause before jitter, in seconds; each further one is twice as long. */
const firstSeconds = 0.5;

/** The longest pause that is not the server's wish. */
const mostSeconds = 10;

/**
 * How long to wait before the next attempt, in seconds. It is random, so that many clients of a
 * server that comes back do not all ask at once; but at least half of its step, so that attempts do
 * not follow each other at once.
 *
 * @param attempts How many attempts there were, at least 1.
 * @param random Gives a number from 0 up to 1.
 */
export function backOffSeconds(attempts: number, random: () => number): number {
  const step = Math.min(firstSeconds * 2 ** (attempts - 1), mostSeconds);
  return step * (1 + random()) / 2;
}

/**
 * Waits, but not longer than until one of the signals is aborted. It leaves nothing behind.
 *
 * @param keepsAlive Whether the process waits for it.
 */
export function pauseUnless(
  seconds: number,
  signals: readonly (AbortSignal | undefined)[],
  keepsAlive = true,
): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel();
      for (const signal of signals) signal?.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = setDeadline(seconds, finish, keepsAlive);
    for (const signal of signals) signal?.addEventListener("abort", finish);
    if (signals.some((signal) => signal?.aborted)) finish();
  });
}
