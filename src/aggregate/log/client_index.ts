/** The fewest slots of an index. */
const fewestSlots = 256;

/**
 * Finds rows by 32-bit hashes, with open addressing over one typed array: 5.3 to 10.7 bytes a row.
 * It does not know the rows: the table gives it the hash of a row, and compares.
 */
export class ClientIndex {
  /** The row in each slot, plus 1; 0 if the slot is free. */
  #slots: Uint32Array<ArrayBuffer> = new Uint32Array(fewestSlots);
  #size = 0;
  readonly #hashOf: (row: number) => number;

  /** An empty index over rows with these hashes. */
  constructor(hashOf: (row: number) => number) {
    this.#hashOf = hashOf;
  }

  /** Bytes of memory that it takes. */
  get bytes(): number {
    return this.#slots.byteLength;
  }

  /** The first row with this hash that is the right one; -1 if there is none. */
  find(hash: number, isRight: (row: number) => boolean): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = hash & mask;; slot = (slot + 1) & mask) {
      const row = slots[slot] - 1;
      if (row === -1 || isRight(row)) return row;
    }
  }

  /** Adds a row that is not there. */
  add(row: number): void {
    if ((this.#size + 1) * 4 > this.#slots.length * 3) this.#resize(this.#slots.length * 2);
    this.#put(row);
    this.#size++;
  }

  /** Takes a row out. Rows behind it move up, so no slot is lost. */
  delete(row: number): void {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let free = this.#slotOf(row);
    for (let slot = (free + 1) & mask; slots[slot] !== 0; slot = (slot + 1) & mask) {
      const wanted = this.#hashOf(slots[slot] - 1) & mask;
      // It may move up if the free slot is between the one that it wants and the one that it has.
      if (((slot - wanted) & mask) < ((slot - free) & mask)) continue;
      slots[free] = slots[slot];
      free = slot;
    }
    slots[free] = 0;
    this.#size--;
  }

  /** Gives a row another number; its hash must be known under both. */
  rename(from: number, to: number): void {
    this.#slots[this.#slotOf(from)] = to + 1;
  }

  /** Gives memory back that rows which are gone have left. */
  shrink(): void {
    let slots = this.#slots.length;
    while (slots > fewestSlots && this.#size * 8 < slots) slots /= 2;
    if (slots < this.#slots.length) this.#resize(slots);
  }

  #slotOf(row: number): number {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(row) & mask;
    while (this.#slots[slot] !== row + 1) slot = (slot + 1) & mask;
    return slot;
  }

  #put(row: number): void {
    const mask = this.#slots.length - 1;
    let slot = this.#hashOf(row) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = row + 1;
  }

  #resize(slots: number): void {
    const old = this.#slots;
    this.#slots = new Uint32Array(slots);
    for (const entry of old) if (entry !== 0) this.#put(entry - 1);
  }
}
