import { withoutTimers } from "./fake_timers.ts";

/** Runs with other built-in modules of Node, and other properties of `process`. */
export async function withBuiltIns(
  modules: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>>,
  action: () => unknown,
): Promise<void> {
  const { process } = globalThis as unknown as { process: Record<string, unknown> };
  const replaced = { ...properties, getBuiltinModule: (name: string) => modules[name] };
  const before = Object.keys(replaced).map((name) =>
    [name, Object.getOwnPropertyDescriptor(process, name)] as const
  );
  for (const [name, value] of Object.entries(replaced)) {
    Object.defineProperty(process, name, { value, configurable: true, writable: true });
  }
  try {
    await action();
  } finally {
    for (const [name, descriptor] of before) {
      if (descriptor === undefined) delete process[name];
      else Object.defineProperty(process, name, descriptor);
    }
  }
}

/** Runs as on Cloudflare Workers, which have some of Node's modules and not what they need. */
export async function asOnWorkers(action: () => unknown): Promise<void> {
  const own = Object.getOwnPropertyDescriptor(globalThis, "navigator");
  const value = { userAgent: "Cloudflare-Workers" };
  Object.defineProperty(globalThis, "navigator", { value, configurable: true });
  try {
    await action();
  } finally {
    if (own === undefined) Reflect.deleteProperty(globalThis, "navigator");
    else Object.defineProperty(globalThis, "navigator", own);
  }
}

const { setTimeout, clearTimeout } = globalThis;

/** Runs with timers that fire as soon as nothing else is to be done. */
export function withoutPatience(action: () => Promise<unknown>): Promise<unknown> {
  return withoutTimers(action, {
    set: (action) => setTimeout(action, 0),
    clear: (timer) => clearTimeout(timer as number),
  });
}
