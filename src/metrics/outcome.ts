/** How a call ended: with a result, or with what it threw or rejected with. */
export type Outcome = { readonly failed: false } | {
  readonly failed: true;
  readonly error: unknown;
};

/**
 * Calls a function and says once how it ended: after it returned or threw, or, where it returns a
 * promise, after that has settled. The caller gets exactly what the function gave.
 */
export function onSettled<Result>(call: () => Result, ended: (outcome: Outcome) => void): Result {
  let result: Result;
  try {
    result = call();
  } catch (error) {
    ended({ failed: true, error });
    throw error;
  }
  if (isThenable(result)) {
    result.then(() => ended({ failed: false }), (error) => ended({ failed: true, error }));
  } else {
    ended({ failed: false });
  }
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === "function";
}
