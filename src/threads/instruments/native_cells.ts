/** Where the cells of a native histogram are, counted from its first. */
export const nativeCells = {
  /** Twice the number of complete observations, and one more within another; 32 bits. */
  sequence: 0,
  /** Two sums: that after an even number of observations, and that after an odd one. */
  sums: 1,
  /** The value that is being observed. */
  value: 3,
  /** How many observations native buckets had before it. */
  counted: 4,
  /** Which of the heads is in use, as an integer. */
  chosen: 5,
  /** Two heads, of which one is in use and the other may be half written. */
  heads: 6,
  /** Observations in each classic bucket alone; the last cells. */
  buckets: 16,
} as const;

/** What is in a head: how the native buckets are to be read, counted from its first cell. */
export const nativeHead = {
  /** The resolution. */
  schema: 0,
  /** Values up to this distance from zero count as zero. */
  zeroThreshold: 1,
  /** How many did. */
  zeroCount: 2,
  /** The first cell of the table of native buckets. */
  table: 3,
  /** How many buckets the table has room for. */
  tableSize: 4,
  /** How many cells it has. */
  size: 5,
} as const;
