/** The timers that were set and cleared by an action. */
export async function timersOf(action: () => unknown): Promise<{ set: number; cleared: number }> {
  const { setTimeout, clearTimeout } = globalThis;
  const mine = new Set<unknown>();
  const counts = { set: 0, cleared: 0 };
  globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
    const timer = setTimeout(...args);
    mine.add(timer);
    counts.set++;
    return timer;
  }) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    if (mine.delete(timer)) counts.cleared++;
    clearTimeout(timer);
  };
  try {
    await action();
  } finally {
    Object.assign(globalThis, { setTimeout, clearTimeout });
  }
  return counts;
}

/** A signal, and the number of its listeners. */
export function watchedSignal(): { signal: AbortSignal; abort(): void; listeners(): number } {
  const controller = new AbortController();
  const { signal } = controller;
  const listeners = new Set<unknown>();
  const { addEventListener, removeEventListener } = signal;
  signal.addEventListener = (type: string, listener: EventListener) => {
    listeners.add(listener);
    addEventListener.call(signal, type, listener);
  };
  signal.removeEventListener = (type: string, listener: EventListener) => {
    listeners.delete(listener);
    removeEventListener.call(signal, type, listener);
  };
  return { signal, abort: () => controller.abort(), listeners: () => listeners.size };
}
