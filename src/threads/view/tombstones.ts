/** Label values to remove by, where `null` stands for any. */
export type Pattern = readonly (string | null)[];

/** A series, as a tombstone may cover it. */
export interface Mortal {
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
const most = 10_000;
const mostInFold = 1000;

/** The removals of a family, so that a series which comes to light later does not rise again. */
export class Tombstones {
  /** By the text of the pattern, oldest first. */
  readonly #stones = new Map<string, Tombstone>();
  /** Those whose pattern holds a `null`, all of which have to be asked. */
  readonly #wide = new Map<string, Tombstone>();

  /** Remembers a removal. */
  add(stone: Tombstone): void {
    const key = JSON.stringify(stone.pattern);
    const isWide = stone.pattern.includes(null);
    const stones = isWide ? this.#wide : this.#stones;
    const stamp = Math.max(stone.stamp, stones.get(key)?.stamp ?? 0);
    stones.delete(key);
    stones.set(key, { ...stone, stamp });
    if (stones.size > most) stones.delete(stones.keys().next().value!);
  }

  /** Whether a series was removed after it had been made. */
  cover({ values, stamp }: Mortal): boolean {
    const exact = this.#stones.size > 0 && this.#stones.get(JSON.stringify(values));
    if (exact && stamp < exact.stamp) return true;
    for (const { pattern, stamp: removed } of this.#wide.values()) {
      if (stamp < removed && matches(pattern, values)) return true;
    }
    return false;
  }

  /** The latest of them, as many as a fold takes along. */
  latest(): readonly Tombstone[] {
    const all = [...this.#stones.values(), ...this.#wide.values()];
    return all.sort((one, other) => other.stamp - one.stamp).slice(0, mostInFold);
  }
}

/** Whether values fit a pattern. */
export function matches(pattern: Pattern, values: readonly string[]): boolean {
  return pattern.every((wanted, column) => wanted === null || wanted === values[column]);
}
