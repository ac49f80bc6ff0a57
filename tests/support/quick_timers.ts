/** Real timers during a test, which are a hundred times as quick. */
export interface QuickTimers {
  /** The delays that were asked for, in seconds. */
  readonly seconds: readonly number[];
}

/** Runs a test in which waiting for a second takes 10 ms. Clocks are as ever. */
export async function withQuickTimers(
  run: (timers: QuickTimers) => void | Promise<void>,
): Promise<void> {
  const { setTimeout } = globalThis;
  const seconds: number[] = [];
  const quick = (action: () => void, milliseconds: number) => {
    seconds.push(milliseconds / 1000);
    return setTimeout(action, milliseconds / 100);
  };
  Object.assign(globalThis, { setTimeout: quick });
  try {
    await run({ seconds });
  } finally {
    Object.assign(globalThis, { setTimeout });
  }
}
