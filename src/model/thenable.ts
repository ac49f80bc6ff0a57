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
