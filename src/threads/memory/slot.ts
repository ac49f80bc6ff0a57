/** The place of a series' numbers in memory. */
export interface Slot {
  /** The memory. */
  readonly cells: Float64Array;
  /** The same memory as integers, two a cell. */
  readonly integers: Int32Array;
  /** The index of the series' first cell. */
  readonly offset: number;
}

/** A child of a family whose numbers are in a slot. */
export interface SlotChild {
  /** Lets it record into another slot, which already has its numbers. */
  move(slot: Slot): void;
}

/** A slot outside shared memory, all zeros. */
export function emptySlot(width: number): Slot {
  const cells = new Float64Array(width);
  return { cells, integers: new Int32Array(cells.buffer), offset: 0 };
}

/** A copy of a slot, outside shared memory. */
export function privateSlot({ cells, offset }: Slot, width: number): Slot {
  const copy = emptySlot(width);
  copy.cells.set(cells.subarray(offset, offset + width));
  return copy;
}
