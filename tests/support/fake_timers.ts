/** What fake timers do in place of the real ones. */
export interface FakeTimers {
  set(action: () => void): unknown;
  clear(timer: unknown): unknown;
}

/** Timers that never fire. */
export const neverFiring: FakeTimers = { set: () => 0, clear: () => {} };

/** Runs an action while `setTimeout` and its like are fake, as those of a user's test are. */
export async function withoutTimers<Result>(
  action: () => Promise<Result>,
  { set, clear }: FakeTimers = neverFiring,
): Promise<Result> {
  const { setTimeout, clearTimeout, setInterval, setImmediate } = globalThis;
  Object.assign(globalThis, {
    setTimeout: set,
    clearTimeout: clear,
    setInterval: set,
    setImmediate: set,
  });
  let deadline;
  const late = new Promise<never>((_, refuse) => {
    deadline = setTimeout(() => refuse(new Error("no end within 5 s")), 5000);
  });
  try {
    return await Promise.race([action(), late]);
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout, setInterval, setImmediate });
    clearTimeout(deadline);
  }
}
