import { labelKey } from "../../model/label_key.ts";

/** A pattern of label values; `null` matches any value. */
export type Pattern = readonly (string | null)[];

/** What a tombstone is compared with: a series and its age. */
export interface SeriesKey {
  /** Its label values. */
  readonly values: readonly string[];
  /** The logical time at which it was created. */
  readonly stamp: number;
}

/** A removal of series. */
export interface Tombstone {
  /** The label values of the series that were removed. */
  readonly pattern: Pattern;
  /** The logical time of the removal: it covers series that were created before. */
  readonly stamp: number;
}

/**
 * How many tombstones a family retains. They matter only for a thread that was not known when series
 * were removed, so the oldest may go: without a limit, label churn would fill the memory.
 */
const maxTombstones = 10_000;
const maxInCompaction = 1000;

/** The removals of a family, so that a removed series is not resurrected by a thread found later. */
export class Tombstones {
  /** Those of one series, by the key of its values, oldest first. */
  readonly #exact = new Map<string, Tombstone>();
  /** Those whose pattern has a `null`, each of which has to be compared. */
  readonly #patterns = new Map<string, Tombstone>();

  /** Adds a removal. */
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

  /** Whether a series was removed after it had been created. */
  isRemoved({ values, stamp }: SeriesKey): boolean {
    const exact = this.#exact.size > 0 && this.#exact.get(labelKey(values));
    if (exact && stamp < exact.stamp) return true;
    for (const { pattern, stamp: removed } of this.#patterns.values()) {
      if (stamp < removed && matches(pattern, values)) return true;
    }
    return false;
  }

  /** The latest tombstones, as many as a compaction retains. */
  latest(): readonly Tombstone[] {
    const all = [...this.#exact.values(), ...this.#patterns.values()];
    return all.sort((one, other) => other.stamp - one.stamp).slice(0, maxInCompaction);
  }
}

/** Whether label values match a pattern. */
export function matches(pattern: Pattern, values: readonly string[]): boolean {
  return pattern.every((wanted, column) => wanted === null || wanted === values[column]);
}
