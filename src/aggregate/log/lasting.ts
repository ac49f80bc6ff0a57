/** What did not happen for so many seconds is over. */
const overSeconds = 600;

/** Number of names that are remembered, as clients choose them. */
const mostNames = 100;

/** Names that are longer are all the same one, as they would take memory. */
const longestName = 200;

/** Knows of what goes on whether it has only just begun, so that it is told once while it lasts. */
export class Lasting {
  /** When each happened last, the one that happened longest ago first. */
  readonly #times = new Map<string, number>();

  /**
   * Notes that something happens; whether it has only just begun. While as many others go on as can be
   * remembered, it is taken to have begun before.
   */
  begins(name: string, now: number): boolean {
    for (const [other, time] of this.#times) {
      if (now - time <= overSeconds) break;
      this.#times.delete(other);
    }
    const key = name.length > longestName ? "" : name;
    const isKnown = this.#times.delete(key);
    if (!isKnown && this.#times.size >= mostNames) return false;
    this.#times.set(key, now);
    return !isKnown;
  }
}
