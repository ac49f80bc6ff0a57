/** Lets the process end although a timer runs. */
export function unreferenced(timer: unknown): void {
  (timer as { unref?(): void }).unref?.();
  (globalThis as { Deno?: { unrefTimer?(id: unknown): void } }).Deno?.unrefTimer?.(timer);
}
