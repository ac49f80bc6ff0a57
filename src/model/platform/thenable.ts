/**
 * Whether a value is a promise, of whatever realm or library. One whose `then` cannot be read is
 * none.
 */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  try {
    return typeof (value as PromiseLike<unknown> | null | undefined)?.then === "function";
  } catch {
    return false;
  }
}

/** A promise of our own for one of any library: what its `then` throws is a rejection. */
export function settled<Value>(promise: PromiseLike<Value>): Promise<Value> {
  return new Promise((resolve) => resolve(promise));
}

/** Calls a listener, whose errors must not reach the code that records. */
export function callListener(listener: () => unknown): void {
  try {
    const outcome = listener();
    if (outcome instanceof Promise) outcome.catch(() => {});
  } catch {
    // It was told; what it makes of that is its own affair.
  }
}
