/** The index of a native histogram's cells, counted from its first. */
export const nativeCells = {
  /** Twice the number of complete observations, plus one during an observation; 32 bits. */
  sequence: 0,
  /** Two sums: one after an even number of observations, and one after an odd number. */
  sums: 1,
  /** The value of the current or last observation. */
  value: 3,
  /** Number of observations in native buckets before that one. */
  counted: 4,
  /** The index of the head in use, as an integer. */
  chosen: 5,
  /** Two heads, of which one is in use and the other may be half written. */
  heads: 6,
  /** Number of observations in each classic bucket, not cumulative; the last cells. */
  buckets: 16,
} as const;

/** The index of a head's cells, counted from its first. A head says how to read native buckets. */
export const nativeHead = {
  /** The schema: the resolution of the buckets. */
  schema: 0,
  /** The width of the zero bucket: values up to this distance from zero are in it. */
  zeroThreshold: 1,
  /** Number of observations in the zero bucket. */
  zeroCount: 2,
  /** The first cell of the table of native buckets. */
  table: 3,
  /** Maximum number of buckets in the table. */
  tableSize: 4,
  /** Number of cells of a head. */
  size: 5,
} as const;
