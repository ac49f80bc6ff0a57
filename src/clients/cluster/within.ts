/** How long an answer may take, in milliseconds. */
export const answerTimeout = 5000;

/** A promise that is rejected if it takes longer. */
export async function within<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  timedOut: () => Error,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(timedOut()), milliseconds);
  });
  try {
    return await Promise.race([promise, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
