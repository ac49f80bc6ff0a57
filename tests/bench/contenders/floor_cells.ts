import type { Counter, Gauge, Histogram, Labels } from "./library.ts";

/** A checked addition to a plain field. */
export class CheckedField implements Counter {
  value = 0;

  inc(by = 1): void {
    if (!(by >= 0 && by < Infinity)) throw new RangeError(`${by} cannot be added`);
    this.value += by;
  }
}

/** A checked assignment to a plain field. */
export class CheckedValue implements Gauge {
  value = 0;

  set(value: number): void {
    if (typeof value !== "number") throw new TypeError(`${value} is not a number`);
    this.value = value;
  }
}

/** A checked addition to a slot of a typed array. */
export class CheckedSlot implements Counter {
  readonly #slots: Float64Array;
  readonly #slot: number;

  constructor(slots: Float64Array, slot: number) {
    this.#slots = slots;
    this.#slot = slot;
  }

  inc(by = 1): void {
    if (!(by >= 0 && by < Infinity)) throw new RangeError(`${by} cannot be added`);
    this.#slots[this.#slot] += by;
  }
}

/** A checked assignment to a slot of a typed array. */
export class CheckedSlotValue implements Gauge {
  readonly #slots: Float64Array;
  readonly #slot: number;

  constructor(slots: Float64Array, slot: number) {
    this.#slots = slots;
    this.#slot = slot;
  }

  set(value: number): void {
    if (typeof value !== "number") throw new TypeError(`${value} is not a number`);
    this.#slots[this.#slot] = value;
  }
}

/**
 * A scan of the bounds and two additions in shared memory, published by one atomic store: without it
 * another thread could see one addition and not the other.
 */
export class CheckedSlotHistogram implements Histogram {
  readonly #bounds: Float64Array;
  readonly #slots: Float64Array;
  readonly #sequence: Int32Array;
  readonly #slot: number;

  constructor(bounds: readonly number[], slots: Float64Array, slot: number) {
    this.#bounds = Float64Array.from(bounds);
    this.#slots = slots;
    this.#sequence = new Int32Array(slots.buffer);
    this.#slot = slot;
  }

  observe(value: number): void {
    if (typeof value !== "number") throw new TypeError(`${value} is not a number`);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    const slots = this.#slots;
    const slot = this.#slot;
    slots[slot + 1] += value;
    slots[slot + 2 + bucket]++;
    Atomics.store(this.#sequence, slot * 2, this.#sequence[slot * 2] + 1);
  }
}

/** A scan of the bounds and two additions. */
export class CheckedHistogram implements Histogram {
  readonly buckets: Float64Array;
  sum = 0;
  readonly #bounds: Float64Array;

  constructor(bounds: readonly number[]) {
    this.#bounds = Float64Array.from(bounds);
    this.buckets = new Float64Array(bounds.length + 1);
  }

  observe(value: number): void {
    if (typeof value !== "number") throw new TypeError(`${value} is not a number`);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && !(value <= bounds[bucket])) bucket++;
    this.buckets[bucket]++;
    this.sum += value;
  }
}

/** One map a label, nested; every name is checked to be there, and no other. */
export class NestedMaps<Cell> {
  readonly cells: Cell[] = [];
  readonly #root = new Map<unknown, unknown>();
  readonly #names: readonly string[];
  readonly #create: (labels: Labels) => Cell;

  constructor(names: readonly string[], create: (labels: Labels) => Cell) {
    this.#names = names;
    this.#create = create;
  }

  labels(labels: Labels): Cell {
    const names = this.#names;
    let node: unknown = this.#root;
    for (let at = 0; at < names.length; at++) {
      const value = labels[names[at]];
      if (value === undefined) throw new TypeError(`label ${names[at]} is missing`);
      node = (node as Map<unknown, unknown>).get(value);
      if (node === undefined) return this.#add(labels);
    }
    let surplus = -names.length;
    for (const _ in labels) surplus++;
    if (surplus !== 0) throw new TypeError(`the labels are ${names}`);
    return node as Cell;
  }

  /** For a family without labels, whose one cell is there from the start. */
  only(): Cell {
    return this.#add({});
  }

  #add(labels: Labels): Cell {
    const cell = this.#create(labels);
    this.cells.push(cell);
    let map = this.#root;
    this.#names.forEach((name, at) => {
      const last = at === this.#names.length - 1;
      const below = last ? cell : map.get(labels[name]) ?? new Map<unknown, unknown>();
      map.set(labels[name], below);
      if (!last) map = below as Map<unknown, unknown>;
    });
    return cell;
  }
}
