import { labelKey } from "../../model/label_key.ts";

/** Label values to remove by, where `null` stands for any. */
export type Pattern = readonly (string | null)[];

/** A series, as a tombstone may cover it. */
export interface SeriesKey {
  /** Its label values. */
  readonly values: readonly string[];
  /** The logical time at which it was made. */
  readonly stamp: number;
}

/** One removal. */
export interface Tombstone {
  /** What was removed. */
  readonly pattern: Pattern;
  /** Series that are older than this are gone. */
  readonly stamp: number;
}

/**
 * How many removals a family remembers. They matter only for a thread that was not known when they
 * happened, so the oldest may go: without a limit, labels that come and go would fill the memory.
 */
const maxTombstones = 10_000;
const maxInCompaction = 1000;

/** The removals of a family, so that a series which comes to light later does not rise again. */
export class Tombstones {
  /** By the text of the pattern, oldest first. */
  readonly #exact = new Map<string, Tombstone>();
  /** Those whose pattern holds a `null`, all of which have to be asked. */
  readonly #patterns = new Map<string, Tombstone>();

  /** Remembers a removal. */
  add(tombstone: Tombstone): void {
    const { pattern } = tombstone;
    const isExact = !pattern.includes(null);
    const tombstones = isExact ? this.#exact : this.#patterns;
    const key = isExact ? labelKey(pattern as readonly string[]) : JSON.stringify(pattern);
    const stamp = Math.max(tombstone.stamp, tombstones.get(key)?.stamp ?? 0);
    tombstones.delete(key);
    tombstones.set(key, { ...tombstone, stamp });
    if (tombstones.size > maxTombstones) tombstones.delete(tombstones.keys().next().value!);
  }

  /** Whether a series was removed after it had been made. */
  isRemoved({ values, stamp }: SeriesKey): boolean {
    const exact = this.#exact.size > 0 && this.#exact.get(labelKey(values));
    if (exact && stamp < exact.stamp) return true;
    for (const { pattern, stamp: removed } of this.#patterns.values()) {
      if (stamp < removed && matches(pattern, values)) return true;
    }
    return false;
  }

  /** The latest of them, as many as a fold takes along. */
  latest(): readonly Tombstone[] {
    const all = [...this.#exact.values(), ...this.#patterns.values()];
    return all.sort((one, other) => other.stamp - one.stamp).slice(0, maxInCompaction);
  }
}

/** Whether values fit a pattern. */
export function matches(pattern: Pattern, values: readonly string[]): boolean {
  return pattern.every((wanted, column) => wanted === null || wanted === values[column]);
}
