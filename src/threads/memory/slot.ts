/** Where the numbers of a series are. */
export interface Slot {
  /** The memory. */
  readonly cells: Float64Array;
  /** The same memory, two integers a cell. */
  readonly integers: Int32Array;
  /** The first cell of the series. */
  readonly offset: number;
}

/** A child of a family whose numbers are in cells. */
export interface SlotChild {
  /** Records from now on into another place, which holds the same numbers. */
  move(slot: Slot): void;
}

/** A place of its own, outside shared memory, with nothing in it. */
export function emptySlot(width: number): Slot {
  const cells = new Float64Array(width);
  return { cells, integers: new Int32Array(cells.buffer), offset: 0 };
}

/** A place of its own, outside shared memory, with the numbers of another. */
export function privateSlot({ cells, offset }: Slot, width: number): Slot {
  const own = emptySlot(width);
  own.cells.set(cells.subarray(offset, offset + width));
  return own;
}
