import type { DefaultFamilies } from "./default_families.ts";

/** The header of a family. */
interface Header {
  readonly name: string;
  readonly help: string;
}

/**
 * Two families of what is there: how many of each type, and how many in all.
 *
 * @param read The type of each; without one it counts only in all.
 */
export function countsByType(
  families: DefaultFamilies,
  byType: Header,
  inAll: Header,
  read: () => readonly (string | undefined)[],
): void {
  const { labels } = families;
  const types = families.gauge({
    ...byType,
    labelNames: ["type"],
    collect() {
      const counts = new Map<string, number>();
      for (const type of read()) {
        if (type !== undefined) counts.set(type, (counts.get(type) ?? 0) + 1);
      }
      // What is not there any more has no series.
      types.reset();
      for (const [type, count] of counts) types.set({ type, ...labels }, count);
    },
  });
  const total = families.gauge({
    ...inAll,
    collect: () => total.set(labels, read().length),
  });
}
