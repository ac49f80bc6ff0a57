/** The longest time that a timer takes, 24.8 days; it would end a longer one at once. */
const maxTimerMs = 2 ** 31 - 1;

/**
 * Calls an action after a time, unless it is cancelled before. More than 24 days never end.
 *
 * @returns Cancels it.
 */
export function setDeadline(seconds: number, action: () => void): () => void {
  const milliseconds = seconds * 1000;
  if (!(milliseconds <= maxTimerMs)) return () => {};
  const timer = setTimeout(action, milliseconds);
  return () => clearTimeout(timer);
}

/** Waits for a promise, but not longer than this. Gives whether it settled in time. */
export async function settlesWithin(promise: Promise<unknown>, seconds: number): Promise<boolean> {
  let cancel = () => {};
  const late = new Promise<boolean>((resolve) => {
    cancel = setDeadline(seconds, () => resolve(false));
  });
  try {
    return await Promise.race([promise.then(() => true, () => true), late]);
  } finally {
    cancel();
  }
}
