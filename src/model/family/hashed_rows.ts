import { hashed, mixed } from "./label_hash.ts";
import { textOf } from "./label_text.ts";
import type { LabelSet, Openness } from "./labels.ts";

/** Slots that are looked at until a table gives up. By chance it is as many once in 10^14 rows. */
const mostProbes = 256;

/** The share of the slots that may be taken. */
const mostLoad = 7 / 8;

/** So many that the load leaves one of them free. */
const fewestSlots = 8;

/** The label values of rows. */
export interface RowValues {
  /** The label names. */
  readonly names: readonly string[];
  /** For each label, which values it takes as they are. */
  readonly open: readonly Openness[];
  /** The label values of all rows, to which the owner appends. */
  readonly values: readonly string[];
  /** The number of columns in `values`; the labels are the last ones. */
  readonly width: number;
}

/**
 * Rows by a hash of their label values: an open-addressing table that holds nothing but numbers, so
 * that a row takes 5 to 9 bytes, where a `Map` takes 40 in V8 and 70 in JavaScriptCore.
 *
 * A slot has the row, counted from 1, in as many low bits as the slots need, and bits of the hash
 * above them, so that a row whose values are compared is nearly always the right one. The hash has a
 * random seed. Whoever finds values that collide anyway, such as long ones that differ only in the
 * middle, makes the table give up, and nothing slow.
 */
export class HashedRows {
  #from: RowValues;
  readonly #offset: number;
  readonly #seed = Math.random() * 2 ** 32 | 0;
  #slots: Int32Array = new Int32Array(fewestSlots);
  /** Number of slots that are not free, with those of rows that are gone. */
  #used = 0;
  /** Number of rows after the last compaction. */
  #rows = Infinity;

  /** A table without rows. */
  constructor(from: RowValues) {
    this.#from = from;
    this.#offset = from.width - from.names.length;
  }

  /**
   * The row of a label set, or -1 if it is unknown or its labels are not those of the table.
   * Allocates nothing.
   */
  find(set: LabelSet): number {
    const { names, open } = this.#from;
    let hash = this.#seed;
    let column = 0;
    for (const name in set) {
      if (name !== names[column]) return this.#findInAnyOrder(set);
      const given = set[name];
      const value = typeof given === "string" ? given : textOf(given, open[column]);
      if (value === undefined) return -1;
      hash = hashed(hash, value);
      column++;
    }
    // What is left out is found only if it is optional.
    for (; column < names.length; column++) {
      const value = textOf(undefined, open[column]);
      if (value === undefined) return -1;
      hash = hashed(hash, value);
    }
    return this.#rowOf(set, mixed(hash));
  }

  #findInAnyOrder(set: LabelSet): number {
    const { names } = this.#from;
    let known = 0;
    for (const name in set) {
      if (!names.includes(name)) return -1;
      if (set[name] !== undefined) known++;
    }
    let hash = this.#seed;
    for (let column = 0; column < names.length; column++) {
      if (set[names[column]] === undefined) known++;
      const value = this.#valueIn(set, column);
      if (value === undefined) return -1;
      hash = hashed(hash, value);
    }
    return known === names.length ? this.#rowOf(set, mixed(hash)) : -1;
  }

  /** The row of the values of a label set in the order of the names, or -1. */
  findValues(values: readonly string[]): number {
    const at = this.#place(this.#hashOf(values, 0), values, 0);
    return at < 0 ? -1 : (this.#slots[at] & this.#slots.length - 1) - 1;
  }

  /**
   * Adds a row, in place of a row with the same labels.
   *
   * @returns Whether it has a place; otherwise too many rows collide, and another index is needed.
   */
  add(row: number): boolean {
    return this.put(row, true) >= 0;
  }

  /** Adds rows with different labels to a table without rows; `false` as {@linkcode HashedRows.add}. */
  addAll(rows: ArrayLike<number>): boolean {
    let last = 0;
    for (let at = 0; at < rows.length; at++) last = Math.max(last, rows[at]);
    this.#clear(last);
    for (let at = 0; at < rows.length; at++) if (!this.#addDistinct(rows[at])) return false;
    return true;
  }

  /**
   * Adds a row.
   *
   * @param replaces Whether it takes the place of a row with the same labels.
   * @returns The row that has these labels from now on; -1 if too many rows collide.
   */
  put(row: number, replaces: boolean): number {
    const room = this.#slots.length * mostLoad;
    if ((row + 1 >= room || this.#used >= room) && !this.#grow(row)) return -1;
    const { values, width } = this.#from;
    const from = row * width + this.#offset;
    const hash = this.#hashOf(values, from);
    const at = this.#place(hash, values, from);
    if (at < 0) return -1;
    const mask = this.#slots.length - 1;
    if (this.#slots[at] === 0) this.#used++;
    else if (!replaces) return (this.#slots[at] & mask) - 1;
    this.#slots[at] = hash & ~mask | row + 1;
    return row;
  }

  /** Whether most slots are free, or of rows that are gone. */
  get isSparse(): boolean {
    return this.#rows * 8 < this.#slots.length;
  }

  /** All rows. */
  rows(): Int32Array {
    const mask = this.#slots.length - 1;
    return this.#slots.filter((slot) => slot !== 0 && (slot & mask) !== mask)
      .map((slot) => (slot & mask) - 1);
  }

  /**
   * Follows rows to where a compaction has moved them, each in its slot: 100,000 rows take 1.3 ms,
   * where they take 12 if each is added again (Node 24). The slot of a row that is gone is taken until
   * the table grows, as other rows may be behind it: it has the highest number, which no row has.
   *
   * @param values The values of all rows from now on.
   * @param moved The new row of each old one, not above it; -1 if it is gone.
   */
  renumber(values: readonly string[], moved: Int32Array): void {
    this.#from = { ...this.#from, values };
    const slots = this.#slots;
    const mask = slots.length - 1;
    this.#rows = 0;
    for (let at = 0; at < slots.length; at++) {
      const number = slots[at] & mask;
      if (number === 0 || number === mask) continue;
      const row = moved[number - 1];
      slots[at] = row < 0 ? mask : slots[at] & ~mask | row + 1;
      if (row >= 0) this.#rows++;
    }
  }

  /**
   * A row's number must fit into a slot; as it is not below the number of rows, so do all rows. They are
   * hashed in their order, in which their values lie in memory, and not in that of the slots: 100,000
   * rows that come one by one, for which the table grows 14 times, take 12 ms instead of 47 (Node 24).
   */
  #grow(row: number): boolean {
    const mask = this.#slots.length - 1;
    const isPresent = new Uint8Array(mask);
    for (const slot of this.#slots) {
      const number = slot & mask;
      if (number !== 0 && number !== mask) isPresent[number - 1] = 1;
    }
    const slots = this.#slots;
    this.#clear(row);
    for (let present = 0; present < mask; present++) {
      if (isPresent[present] === 0 || this.#addDistinct(present)) continue;
      // Another index takes all rows from here.
      this.#slots = slots;
      return false;
    }
    return true;
  }

  /** Makes room for rows up to this one, and none of them is there. */
  #clear(row: number): void {
    const slots = 2 ** Math.ceil(Math.log2((row + 2) / mostLoad));
    // In fewer slots the last row would have the number of those that are gone.
    this.#slots = new Int32Array(Math.max(slots, fewestSlots));
    this.#used = 0;
  }

  /** Adds a row whose values no other one has. */
  #addDistinct(row: number): boolean {
    const slots = this.#slots;
    const mask = slots.length - 1;
    const hash = this.#hashOf(this.#from.values, row * this.#from.width + this.#offset);
    let at = hash & mask;
    for (let probe = 1; probe <= mostProbes; probe++) {
      if (slots[at] === 0) {
        slots[at] = hash & ~mask | row + 1;
        this.#used++;
        return true;
      }
      at = at + probe & mask;
    }
    return false;
  }

  /** The slot of the row with these values, or a free one for it; -1 if there are too many others. */
  #place(hash: number, given: readonly string[], from: number): number {
    const { names, values, width } = this.#from;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = hash & mask;
    for (let probe = 1; probe <= mostProbes; probe++) {
      if (slots[at] === 0) return at;
      if (((slots[at] ^ hash) & ~mask) === 0) {
        const start = ((slots[at] & mask) - 1) * width + this.#offset;
        let column = 0;
        while (column < names.length && values[start + column] === given[from + column]) column++;
        if (column === names.length) return at;
      }
      at = at + probe & mask;
    }
    return -1;
  }

  #hashOf(values: readonly string[], from: number): number {
    let hash = this.#seed;
    for (let at = from; at < from + this.#from.names.length; at++) hash = hashed(hash, values[at]);
    return mixed(hash);
  }

  #rowOf(set: LabelSet, hash: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    let at = hash & mask;
    for (let probe = 1; slots[at] !== 0 && probe <= mostProbes; probe++) {
      const row = (slots[at] & mask) - 1;
      if (((slots[at] ^ hash) & ~mask) === 0 && this.#hasLabels(row, set)) return row;
      at = at + probe & mask;
    }
    return -1;
  }

  /** Whether a row has these labels. */
  #hasLabels(row: number, set: LabelSet): boolean {
    const { names, open, values, width } = this.#from;
    const start = row * width + this.#offset;
    let column = 0;
    // As in the index of maps, a property met in an enumeration is read without a look-up.
    for (const name in set) {
      const position = name === names[column] ? column : names.indexOf(name);
      const given = set[name];
      const value = typeof given === "string" ? given : textOf(given, open[position]);
      if (values[start + position] !== value) return false;
      column++;
    }
    // Only a set without an optional label has fewer.
    if (column === names.length) return true;
    for (column = 0; column < names.length; column++) {
      if (values[start + column] !== this.#valueIn(set, column)) return false;
    }
    return true;
  }

  #valueIn(set: LabelSet, column: number): string | undefined {
    const { names, open } = this.#from;
    const given = set[names[column]];
    return typeof given === "string" ? given : textOf(given, open[column]);
  }
}
