/** Whether the runtime is Cloudflare Workers. */
export function isWorkers(): boolean {
  return globalThis.navigator?.userAgent === "Cloudflare-Workers";
}

/** Whether the runtime is Deno. */
export function isDeno(): boolean {
  return "Deno" in globalThis;
}

/** Whether the runtime is Bun. */
export function isBun(): boolean {
  return "Bun" in globalThis;
}

/**
 * Whether the body of a response can be replaced. On Workers a compressed one cannot: they would
 * compress it once more.
 */
export function isReplaceable({ headers }: Response): boolean {
  return !(isWorkers() && headers.has("Content-Encoding"));
}

/** Lets the process exit although a timer is running. */
export function unreferenced(timer: unknown): void {
  (timer as { unref?(): void }).unref?.();
  (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(timer);
}
