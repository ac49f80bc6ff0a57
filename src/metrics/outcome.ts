/** The outcome of a call: a result, or the error that it threw or rejected with. */
export type Outcome = { readonly failed: false } | {
  readonly failed: true;
  readonly error: unknown;
};

/**
 * Calls a function and reports its outcome once: after it returned or threw, or after its promise
 * settled. The caller gets exactly the result of the function.
 */
export function onSettled<Result>(call: () => Result, report: (outcome: Outcome) => void): Result {
  let result: Result;
  try {
    result = call();
  } catch (error) {
    report({ failed: true, error });
    throw error;
  }
  if (isThenable(result)) {
    result.then(() => report({ failed: false }), (error) => report({ failed: true, error }));
  } else {
    report({ failed: false });
  }
  return result;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | undefined | null)?.then === "function";
}
