/** Random numbers that a seed decides, the same on every machine. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** Other numbers, which this seed and a number decide: they do not depend on what was drawn. */
  static of(seed: number, stream: number): Random {
    const random = new Random(Math.imul(seed, 0x9e3779b1) ^ Math.imul(stream + 1, 0x85ebca6b));
    random.next();
    random.next();
    return random;
  }

  /** From 0 up to 1. It is "mulberry32". */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let bits = Math.imul(this.#state ^ this.#state >>> 15, 1 | this.#state);
    bits = bits + Math.imul(bits ^ bits >>> 7, 61 | bits) ^ bits;
    return ((bits ^ bits >>> 14) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 up to a bound, without the bound. */
  below(bound: number): number {
    return Math.floor(this.next() * bound);
  }

  /** A whole number, both bounds included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** Whether something happens that has a probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One of several. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)];
  }
}
