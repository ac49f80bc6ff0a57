import type { GcKind, NoteGc } from "./gc_kinds.ts";

/** A collection as Node tells of it, with its milliseconds. */
interface GcEntry {
  readonly duration: number;
  readonly detail?: { readonly kind?: number };
}

/** The kinds as V8 numbers them: 1 and 2 are two ways to collect young objects. */
const kinds: Readonly<Record<number, GcKind>> = {
  1: "minor",
  2: "minor",
  4: "major",
  8: "incremental",
  16: "weakcb",
};

/**
 * Observes collections where the runtime's global `PerformanceObserver` knows them, as Node's does.
 * Deno's in `node:perf_hooks` says that it does, and stays silent.
 *
 * @returns Ends it.
 */
export function observeGc(note: NoteGc): (() => void) | undefined {
  const { PerformanceObserver } = globalThis;
  if (!PerformanceObserver?.supportedEntryTypes?.includes("gc")) return undefined;
  const observer = new PerformanceObserver((list) => {
    // Several at once, where they came within one turn of the event loop.
    for (const { duration, detail } of list.getEntries() as readonly GcEntry[]) {
      const kind = kinds[detail?.kind ?? 0];
      if (kind !== undefined) note(kind, duration / 1000);
    }
  });
  observer.observe({ entryTypes: ["gc"] });
  return () => observer.disconnect();
}
