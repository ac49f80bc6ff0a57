/** A list of numbers, eight bytes each, that grows. */
export class Numbers {
  #values = new Float64Array(8);
  #length = 0;

  /** How many there are. */
  get length(): number {
    return this.#length;
  }

  /** The number at a position. */
  at(position: number): number {
    return this.#values[position];
  }

  /** Replaces the number at a position. */
  set(position: number, value: number): void {
    this.#values[position] = value;
  }

  /** Appends a number. */
  push(value: number): void {
    if (this.#length === this.#values.length) {
      const values = new Float64Array(this.#length + (this.#length >> 1) + 8);
      values.set(this.#values);
      this.#values = values;
    }
    this.#values[this.#length++] = value;
  }

  /** All numbers as they are now; it shows a number that is replaced, and none that is appended. */
  view(): Float64Array<ArrayBuffer> {
    return this.#values.subarray(0, this.#length);
  }

  /** Keeps the numbers at some positions, ascending; those beyond the end are passed over. */
  keep(positions: readonly number[]): void {
    const kept = positions.filter((position) => position < this.#length);
    this.#values = Float64Array.from(kept, (position) => this.#values[position]);
    this.#length = kept.length;
  }
}
