import type { GcKind, GcListener } from "./gc_kinds.ts";

/** A garbage collection as Node reports it, with its milliseconds. */
interface GcEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

/** The kinds by V8's numbers: 1 and 2 are two ways to collect young objects. */
const kinds: Readonly<Record<number, GcKind>> = {
  1: "minor",
  2: "minor",
  4: "major",
  8: "incremental",
  16: "weakcb",
};

/**
 * Observes collections if the runtime's global `PerformanceObserver` supports it, as Node's does.
 * Deno's in `node:perf_hooks` claims to support it, but reports nothing.
 *
 * @returns A function that ends it.
 */
export function observeGc(listener: GcListener): (() => void) | undefined {
  const { PerformanceObserver } = globalThis;
  if (!PerformanceObserver?.supportedEntryTypes?.includes("gc")) return undefined;
  const observer = new PerformanceObserver((list) => {
    // Those within one turn of the event loop come together.
    for (const { duration, detail } of list.getEntries() as readonly GcEntry[]) {
      const kind = kinds[detail?.kind ?? 0];
      if (kind !== undefined) listener(kind, duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}
