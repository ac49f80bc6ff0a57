/** Where the numbers of a series are. */
export interface Place {
  /** The memory. */
  readonly cells: Float64Array;
  /** The same memory, two integers a cell. */
  readonly integers: Int32Array;
  /** The first cell of the series. */
  readonly slot: number;
}

/** A child of a family whose numbers are in cells. */
export interface CellChild {
  /** Records from now on into another place, which holds the same numbers. */
  move(place: Place): void;
}

/** A place of its own, outside shared memory, with nothing in it. */
export function emptyPlace(width: number): Place {
  const cells = new Float64Array(width);
  return { cells, integers: new Int32Array(cells.buffer), slot: 0 };
}

/** A place of its own, outside shared memory, with the numbers of another. */
export function privatePlace({ cells, slot }: Place, width: number): Place {
  const own = emptyPlace(width);
  own.cells.set(cells.subarray(slot, slot + width));
  return own;
}
