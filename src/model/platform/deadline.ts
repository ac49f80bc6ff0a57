import { unreferenced } from "./platform.ts";

/** The longest delay of a timer, 24.8 days. A timer with a longer one fires at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** When to stop waiting: after a time, when a signal is aborted, or at the first of both. */
export interface Deadline {
  /** The time in seconds; without limit by default, as if it is more than 24 days. */
  readonly seconds?: number;
  /** Aborted when waiting has to end. */
  readonly signal?: AbortSignal;
}

/** The timers of the runtime. */
interface Timers {
  readonly setTimeout?: (action: () => void, milliseconds: number) => unknown;
  readonly clearTimeout?: (timer: unknown) => void;
}

/** The timers at import: a test may fake those of `globalThis`, and a page still has to end. */
const kept = /* @__PURE__ */ currentTimers();

function currentTimers(): Timers {
  const { setTimeout, clearTimeout } = globalThis as Timers;
  return { setTimeout, clearTimeout };
}

/**
 * Calls an action after a time, unless it is canceled first. With more than 24 days it is never
 * called.
 *
 * If a test fakes timers, the time passes by the real clock or by the fake one, whichever is first.
 *
 * @param keepsAlive Whether the process waits for it.
 * @returns Cancels the call.
 */
export function setDeadline(
  seconds: number,
  action: () => void,
  keepsAlive = true,
): () => void {
  const milliseconds = seconds * 1000;
  const cancels: (() => void)[] = [];
  const cancel = () => cancels.splice(0).forEach((each) => each());
  if (!(milliseconds <= maxTimerMs)) return cancel;
  const current = currentTimers();
  const all = current.setTimeout === kept.setTimeout ? [kept] : [kept, current];
  for (const { setTimeout, clearTimeout } of all) {
    const timer = setTimeout?.(() => {
      cancel();
      action();
    }, milliseconds);
    if (!keepsAlive && timer !== undefined) unreferenced(timer);
    cancels.push(() => clearTimeout?.(timer));
  }
  return cancel;
}

/**
 * Settles as a value or promise does, or resolves with a fallback if the deadline passes first. If
 * the signal is aborted already, that is the fallback, whatever the promise says.
 *
 * Nothing is left behind when it settles: no timer, which would keep a process alive, and no
 * listener, which would pile up on a signal that lives long. A promise that rejects after the
 * deadline is no unhandled rejection.
 *
 * @param fallback Gives what to resolve with; must not throw.
 */
export function raceDeadline<Result, Fallback>(
  promise: Result | PromiseLike<Result>,
  { seconds = Infinity, signal }: Deadline,
  fallback: () => Fallback,
): Promise<Result | Fallback> {
  return new Promise((resolve, reject) => {
    let cancel = () => {};
    const release = () => {
      cancel();
      signal?.removeEventListener("abort", expire);
    };
    const expire = () => {
      release();
      resolve(fallback());
    };
    if (signal?.aborted) {
      expire();
    } else {
      cancel = setDeadline(seconds, expire);
      signal?.addEventListener("abort", expire);
    }
    Promise.resolve(promise).finally(release).then(resolve, reject);
  });
}
