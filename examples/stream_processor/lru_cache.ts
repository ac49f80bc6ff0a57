/** A map with a bound: an entry too many pushes out the one that was used longest ago. */
export class LruCache<Value> {
  readonly #capacity: number;
  // A Map keeps the order of insertion: an entry that is used is put in again, so the first is the
  // one used longest ago.
  readonly #entries = new Map<string, Value>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of the key, which counts as a use, or undefined. */
  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value === undefined) return undefined;
    this.#entries.delete(key);
    this.#entries.set(key, value);
    return value;
  }

  /** Puts an entry in. Returns the key that was pushed out, if one was. */
  set(key: string, value: Value): string | undefined {
    this.#entries.delete(key);
    this.#entries.set(key, value);
    if (this.#entries.size <= this.#capacity) return undefined;
    const [oldest] = this.#entries.keys();
    this.#entries.delete(oldest);
    return oldest;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
